package io.caravan.watch.cause;

import io.caravan.watch.cause.Evidence.Polling;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** No call was made: the silence is ours. */
final class NotPolling implements CauseRule {
    @Override
    public Cause cause() {
        return Cause.OWN_SCHEDULER;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of("minutes", 10.0);
    }

    @Override
    public Optional<Suspicion> suspect(Evidence evidence, Thresholds thresholds) {
        Polling polling = evidence.polling();
        if (polling.paused().isPresent()) {
            return Optional.of(
                    new Suspicion(0.95, "polling is paused: " + polling.paused().get()));
        }
        if (polling.streams() == 0) {
            return Optional.empty();
        }
        if (polling.halted() == polling.streams()) {
            // what halted it says more, if a rule recognizes it
            return Optional.of(new Suspicion(
                    evidence.rejects().pages() > 0 ? 0.45 : 0.85,
                    "all " + polling.streams() + " streams of the provider are halted"));
        }
        Instant at = evidence.trouble().at();
        boolean held = polling.heldUntil().filter(until -> until.isAfter(at)).isPresent();
        return polling.lastCall()
                .filter(last -> !held && isOverdue(Duration.between(last, at), polling, thresholds))
                .map(last -> new Suspicion(
                        0.9,
                        "no call was made since "
                                + Words.time(last, evidence.trouble().zone())));
    }

    /** Whoever calls once a day isn't late after ten minutes. */
    private static boolean isOverdue(Duration quiet, Polling polling, Thresholds thresholds) {
        return quiet.compareTo(thresholds.minutes("minutes")) >= 0
                && polling.usualGap()
                        .filter(gap -> quiet.compareTo(gap.multipliedBy(2)) >= 0)
                        .isPresent();
    }
}

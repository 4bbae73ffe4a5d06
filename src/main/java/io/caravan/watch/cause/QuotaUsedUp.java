package io.caravan.watch.cause;

import io.caravan.watch.cause.Evidence.Calls;
import io.caravan.watch.cause.Evidence.Polling;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The provider says that we call too often, or our own limit or budget holds calls back while data waits. Worse than usual when it falls behind for long. */
final class QuotaUsedUp implements CauseRule {
    @Override
    public Cause cause() {
        return Cause.QUOTA;
    }

    @Override
    public Map<String, Double> thresholds() {
        return Map.of("throttled", 2.0, "backlogMinutes", 15.0, "raiseAfterMinutes", 60.0);
    }

    @Override
    public Optional<Suspicion> suspect(Evidence evidence, Thresholds thresholds) {
        Calls calls = evidence.calls();
        Polling polling = evidence.polling();
        Duration lag = polling.lag().orElse(Duration.ZERO);
        boolean raised = lag.compareTo(thresholds.minutes("raiseAfterMinutes")) >= 0;
        boolean throttled = calls.throttled() >= thresholds.number("throttled");
        if (throttled) {
            return Optional.of(new Suspicion(
                    calls.throttled() * 2 >= calls.total() ? 0.9 : 0.7,
                    "the provider answered " + calls.throttled() + " of " + Words.count(calls.total(), "call", "calls")
                            + " with 429, too many calls",
                    raised));
        }
        boolean behind = lag.compareTo(thresholds.minutes("backlogMinutes")) >= 0;
        return polling.holdsBack()
                .filter(limit -> behind)
                .map(limit -> new Suspicion(
                        0.8,
                        limit + " holds calls back, and the newest record is " + Words.duration(lag) + " old",
                        raised));
    }
}

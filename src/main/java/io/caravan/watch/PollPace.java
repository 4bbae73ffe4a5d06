package io.caravan.watch;

import io.caravan.watch.detect.Expectation;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** No silence is an alarm that is shorter than three polls of its provider. Looked up every ten minutes. Safe for any thread. */
final class PollPace {
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final Duration LOOKED_BACK = Duration.ofHours(6);
    private static final Duration MOST = Duration.ofHours(6);
    private static final int POLLS = 3;

    private final PaceRepository repository;
    private volatile Known known = new Known(Instant.MIN, Map.of());

    PollPace(PaceRepository repository) {
        this.repository = repository;
    }

    private record Known(Instant at, Map<String, Duration> pauses) {}

    Expectation allow(Expectation expectation, Optional<String> provider, Instant now) {
        if (provider.isEmpty()) {
            return expectation;
        }
        Duration pause = pauses(now).getOrDefault(provider.get(), Duration.ZERO).multipliedBy(POLLS);
        Duration allowed = pause.compareTo(MOST) > 0 ? MOST : pause;
        return allowed.compareTo(expectation.allowance()) > 0 ? expectation.withAllowance(allowed) : expectation;
    }

    private Map<String, Duration> pauses(Instant now) {
        Known latest = known;
        if (latest.at().equals(Instant.MIN)
                || now.isBefore(latest.at())
                || now.isAfter(latest.at().plus(KEPT))) {
            latest = new Known(now, repository.pauses(now.minus(LOOKED_BACK), now));
            known = latest;
        }
        return latest.pauses();
    }
}

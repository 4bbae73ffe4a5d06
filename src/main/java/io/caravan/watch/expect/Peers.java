package io.caravan.watch.expect;

import io.caravan.watch.detect.WeekPrior;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.StateRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the other fleets of a provider do in a week: what to expect of one that is too young to know. Looked up once an hour. Safe for any thread. */
final class Peers {
    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration OLD = Duration.ofDays(14);
    private static final int FEWEST = 3;
    private static final int MOST = 30;

    private final StateRepository states;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    Peers(StateRepository states) {
        this.states = states;
    }

    private record Known(Instant at, Optional<WeekPrior> week) {}

    /** Empty: there are too few. */
    Optional<WeekPrior> of(Series series, Instant now) {
        String provider = series.provider().orElse("");
        Known latest = known.get(provider);
        if (latest == null
                || now.isBefore(latest.at())
                || now.isAfter(latest.at().plus(KEPT))) {
            var patterns = states.patternsOf(provider, now.minus(OLD), MOST);
            latest = new Known(
                    now,
                    patterns.size() < FEWEST
                            ? Optional.empty()
                            : Optional.of(WeekPrior.ofPeers(List.copyOf(patterns))));
            known.put(provider, latest);
        }
        return latest.week();
    }
}

package io.caravan.watch.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How to replay.
 *
 * @param warmUp at the start, in which alarms don't count
 * @param excluded times in which alarms don't count, such as outages that are known
 * @param injected how many silences are made up to measure delays
 * @param seed of all that is random
 */
public record ReplaySettings(Duration warmUp, List<Span> excluded, int injected, long seed) {
    /** Four weeks of warm-up, nothing excluded, nothing injected. */
    public static final ReplaySettings DEFAULTS = new ReplaySettings(Duration.ofDays(28), List.of(), 0, 42);

    /** From a moment up to another, exclusive. */
    public record Span(Instant from, Instant until) {
        boolean contains(Instant moment) {
            return !moment.isBefore(from) && moment.isBefore(until);
        }
    }

    public ReplaySettings {
        excluded = List.copyOf(excluded);
    }

    public ReplaySettings withInjected(int silences, long randomSeed) {
        return new ReplaySettings(warmUp, excluded, silences, randomSeed);
    }

    public ReplaySettings withExcluded(List<Span> spans) {
        return new ReplaySettings(warmUp, spans, injected, seed);
    }

    public ReplaySettings withWarmUp(Duration time) {
        return new ReplaySettings(time, excluded, injected, seed);
    }

    boolean isExcluded(Instant moment) {
        return excluded.stream().anyMatch(span -> span.contains(moment));
    }
}

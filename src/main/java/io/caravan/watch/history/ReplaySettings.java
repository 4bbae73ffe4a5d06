package io.caravan.watch.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How to replay.
 *
 * @param warmUp at the start, in which alarms don't count
 * @param excluded times in which alarms don't count, such as outages that are known
 * @param calm how long after its recovery a series must be calm until an alarm is a new one
 * @param injected how many silences are made up to measure delays
 * @param seed of all that is random
 */
public record ReplaySettings(Duration warmUp, List<Span> excluded, Duration calm, int injected, long seed) {
    /** Four weeks of warm-up, nothing excluded, a day of calm, nothing injected. */
    public static final ReplaySettings DEFAULTS =
            new ReplaySettings(Duration.ofDays(28), List.of(), Duration.ofDays(1), 0, 42);

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
        return new ReplaySettings(warmUp, excluded, calm, silences, randomSeed);
    }

    public ReplaySettings withExcluded(List<Span> spans) {
        return new ReplaySettings(warmUp, spans, calm, injected, seed);
    }

    public ReplaySettings withWarmUp(Duration time) {
        return new ReplaySettings(time, excluded, calm, injected, seed);
    }

    boolean isExcluded(Instant moment) {
        return excluded.stream().anyMatch(span -> span.contains(moment));
    }
}

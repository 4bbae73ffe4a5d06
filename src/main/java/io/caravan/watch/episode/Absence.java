package io.caravan.watch.episode;

import java.time.Duration;
import java.time.Instant;

/**
 * A time in which no watchdog looked.
 *
 * @param listened whether arrivals were counted meanwhile; else the silence of that time is ours, and no fleet's
 */
public record Absence(Instant from, Instant until, boolean listened) {
    public Duration duration() {
        return Duration.between(from, until);
    }

    public boolean touches(Instant start, Instant end) {
        return from.isBefore(end) && start.isBefore(until);
    }
}

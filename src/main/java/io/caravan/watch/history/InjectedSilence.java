package io.caravan.watch.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A silence that was made up, and how it ended.
 *
 * @param from since when no packet came
 * @param business whether that was from Monday to Friday between 8 and 17, else it was at night
 * @param last the last packet before
 * @param firstMissing when the first packet would have come
 * @param foundAt when the alarm was given; empty: not within the time that it was given
 */
public record InjectedSilence(
        Instant from, boolean business, Instant last, Instant firstMissing, Optional<Instant> foundAt) {

    /** From the first missing packet to the alarm. */
    public Optional<Duration> delay() {
        return foundAt.map(found -> Duration.between(firstMissing, found));
    }
}

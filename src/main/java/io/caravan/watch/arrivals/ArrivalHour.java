package io.caravan.watch.arrivals;

import java.time.Instant;

/**
 * What a series sent in one hour, by the time of its packets.
 *
 * @param start the hour's, in UTC
 * @param minutes bit n: it sent in minute n
 * @param vehicles distinct ones; of a merged stream, the sum over its fleets
 */
public record ArrivalHour(long seriesId, Instant start, long packets, long minutes, int vehicles) {
    /** In how many of the sixty minutes it sent. */
    public int activeMinutes() {
        return Long.bitCount(minutes);
    }
}

package io.caravan.watch.detect;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a series sent in one hour of UTC, by event time.
 *
 * @param start a full hour of UTC
 * @param minutes bit i is set when minute i had a packet; a union is a bitwise or, so that nothing is counted twice
 * @param packets how many, 0 or more
 * @param vehicles distinct ones; 0 when vehicles aren't known
 */
public record HourCount(Instant start, long minutes, long packets, int vehicles) {
    static final int SECONDS = 3600;
    static final int MINUTES = 60;
    private static final long ALL_MINUTES = (1L << MINUTES) - 1;

    public HourCount {
        if (!start.truncatedTo(ChronoUnit.HOURS).equals(start)) {
            throw new IllegalArgumentException(start + " begins no hour of UTC; cut it to the hour.");
        }
        if ((minutes & ~ALL_MINUTES) != 0 || packets < 0 || vehicles < 0) {
            throw new IllegalArgumentException("The hour " + start + " has minutes " + Long.toHexString(minutes)
                    + ", packets " + packets + ", vehicles " + vehicles
                    + "; minutes are 60 bits, the others not negative.");
        }
    }

    public static HourCount empty(Instant start) {
        return new HourCount(start, 0, 0, 0);
    }

    /** How many minutes had at least one packet; this cuts bursts and sizes of batches. */
    public int activeMinutes() {
        return Long.bitCount(minutes);
    }

    /** The full hours since 1970. */
    int index() {
        return index(start);
    }

    static int index(Instant moment) {
        return (int) Math.floorDiv(moment.getEpochSecond(), (long) SECONDS);
    }

    static Instant instant(int index) {
        return Instant.ofEpochSecond((long) index * SECONDS);
    }
}

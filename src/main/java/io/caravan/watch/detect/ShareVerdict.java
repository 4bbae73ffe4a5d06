package io.caravan.watch.detect;

import java.time.Instant;

/**
 * How much of its expectation a series sent within a window.
 *
 * @param observed vehicle hours or packets
 * @param expected the same by the pattern, on this day of the calendar
 * @param score minus the decimal logarithm of the chance of so little
 * @param isAlarm far too unlikely, and little enough to matter
 */
public record ShareVerdict(
        Instant from, Instant until, double observed, double expected, double score, boolean isAlarm) {

    public double share() {
        return expected > 0 ? observed / expected : 1;
    }
}

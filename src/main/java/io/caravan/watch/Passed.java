package io.caravan.watch;

import java.time.Instant;

/**
 * A silence of a fleet that was over before anybody looked.
 *
 * @param since the last packet
 * @param lateAt from when on it was conspicuous
 * @param overAt when the next packet came
 * @param alarm whether it is told where it is the only one
 * @param awayFrom when the absence began in which nobody saw it
 */
record Passed(long series, Instant since, Instant lateAt, Instant overAt, boolean alarm, Instant awayFrom) {
    boolean goesOnAt(Instant moment) {
        return !lateAt.isAfter(moment) && moment.isBefore(overAt);
    }
}

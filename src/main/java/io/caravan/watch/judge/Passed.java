package io.caravan.watch.judge;

import java.time.Instant;

/**
 * A silence that was over before anybody looked; or one that goes on, beside which such are judged.
 *
 * @param since the last packet
 * @param lateAt from when on it was conspicuous
 * @param overAt when the next packet came; Instant.MAX: none has
 * @param alarm whether it is told where it is the only one
 * @param awayFrom when the absence began in which nobody saw it
 */
public record Passed(long series, Instant since, Instant lateAt, Instant overAt, boolean alarm, Instant awayFrom) {
    /** One that is conspicuous by now; since when it is so isn't kept. */
    static Passed goingOn(long series, Instant since, Instant awayFrom) {
        return new Passed(series, since, since, Instant.MAX, true, awayFrom);
    }

    boolean isOver() {
        return !overAt.equals(Instant.MAX);
    }

    boolean goesOnAt(Instant moment) {
        return !lateAt.isAfter(moment) && moment.isBefore(overAt);
    }
}

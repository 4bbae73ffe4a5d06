package io.caravan.poll;

import java.time.Duration;

/** A whole call's time, from the moment it was allowed; measured on the machine's steady clock, which no time server sets. */
record Deadline(long startedNanos, Duration within) {

    static Deadline in(Duration within) {
        return new Deadline(System.nanoTime(), within);
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /** What is left; at least a millisecond, so that a call which is too late fails as a timeout. */
    Duration left() {
        Duration left = within.minus(elapsed());
        return left.toMillis() < 1 ? Duration.ofMillis(1) : left;
    }
}

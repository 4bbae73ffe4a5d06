package io.caravan.dedup;

import java.time.Duration;
import java.time.Instant;

/**
 * The bucket into which a repository writes.
 *
 * @param id its number, also the end of its table's name
 * @param window of the repository at the time of reading
 */
record Bucket(int id, Instant openedAt, Window window) {
    /**
     * How much the clocks of two nodes may differ before a key is forgotten too early (by what is more): each bucket stays open for so much longer than a
     * window. What is in it longer than the window is not remembered all the same.
     */
    static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(10);

    /** Whether the next bucket is to be opened. */
    boolean isOverAt(Instant now) {
        return window.endAfter(openedAt.plus(CLOCK_DIFFERENCE))
                .filter(end -> !now.isBefore(end))
                .isPresent();
    }
}

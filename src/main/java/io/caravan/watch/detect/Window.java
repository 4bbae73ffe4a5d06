package io.caravan.watch.detect;

import java.time.Instant;

/** A time in which a series' silence proves nothing and teaches nothing: planned maintenance, or silence that somebody expects. The end is not part of it. */
public record Window(Kind kind, Instant from, Instant until, String note) {

    /** Why silence is expected. */
    public enum Kind {
        MAINTENANCE,
        EXPECTED
    }

    public Window {
        if (!from.isBefore(until)) {
            throw new IllegalArgumentException(
                    "A window from " + from + " until " + until + " has no length; let it end after its start.");
        }
    }

    public boolean contains(Instant moment) {
        return !moment.isBefore(from) && moment.isBefore(until);
    }
}

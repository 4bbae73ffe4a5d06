package io.caravan.dedup;

import java.time.Instant;

/** Somebody else has begun work on a key and has not confirmed it: it is neither seen nor unseen. Temporary: a later try gets an answer. */
public final class KeyInProgressException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyInProgressException(String repository, String key, Instant leasedUntil) {
        super(
                ("Key %s of dedup repository '%s' is being worked on elsewhere, or was when a process was killed. Nothing was dropped or remembered; "
                                + "let the source deliver again: the key is free at %s at the latest.")
                        .formatted(key, repository, leasedUntil));
    }
}

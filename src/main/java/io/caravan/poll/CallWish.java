package io.caravan.poll;

import io.caravan.poll.Pagination.Ask;
import java.time.Instant;
import java.util.Optional;

/**
 * A call that somebody wants to make.
 *
 * @param credential by which it logs in
 * @param from begin of the time window that is asked for, where it is one
 * @param evenIfHeld also while the provider is paused or kept away from: somebody wants to know now
 */
record CallWish(
        StreamName stream,
        Purpose purpose,
        String credential,
        Optional<Instant> from,
        Optional<Instant> to,
        boolean evenIfHeld) {

    static CallWish page(StreamName stream, Purpose purpose, String credential, Ask ask) {
        return new CallWish(stream, purpose, credential, ask.from(), ask.to(), false);
    }

    static CallWish other(StreamName stream, Purpose purpose, String credential, boolean evenIfHeld) {
        return new CallWish(stream, purpose, credential, Optional.empty(), Optional.empty(), evenIfHeld);
    }
}

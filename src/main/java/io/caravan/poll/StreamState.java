package io.caravan.poll;

import java.time.Instant;
import java.util.Optional;

/**
 * A row of {@code caravan.poll_stream} as its owner sees it.
 *
 * @param version the fence: whoever moves the stream says which version he moved it from
 * @param failures in a row, since the last page
 * @param retryAt when the stream may be tried again after a failure
 */
record StreamState(
        Cursor cursor,
        long version,
        PollHistory history,
        int failures,
        Optional<Instant> retryAt,
        Optional<String> haltedReason) {}

package io.caravan.watch.episode;

import java.time.Instant;
import java.util.Optional;

/**
 * What came after all of the time of a silence.
 *
 * @param packets so far, with times within the silence
 * @param newestEvent up to when it has been caught up
 */
public record CaughtUp(long packets, Optional<Instant> newestEvent) {
    public static final CaughtUp NOTHING = new CaughtUp(0, Optional.empty());
}

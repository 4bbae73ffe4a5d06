package io.caravan.dedup;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A hash that was seen within the window.
 *
 * @param firstSeen by the clock of the node that saw it first
 * @param leasedUntil present while the work on it is not confirmed
 * @param holder who took it, where it was taken with a lease or may be removed again
 */
record Remembered(
        UUID hash,
        Instant firstSeen,
        Optional<Instant> leasedUntil,
        @Nullable UUID holder) {
    boolean isConfirmed() {
        return leasedUntil.isEmpty();
    }
}

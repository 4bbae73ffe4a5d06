package io.caravan.dedup;

import java.time.Instant;
import java.util.UUID;

/**
 * Keys taken for work that is not confirmed yet: unless somebody confirms them, they count as unseen from {@code until} on, so that what a killed process
 * had begun is done again.
 *
 * @param holder whose work it is; only it may confirm or remove these keys
 */
record Lease(Instant until, UUID holder) {}

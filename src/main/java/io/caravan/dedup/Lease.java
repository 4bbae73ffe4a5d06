package io.caravan.dedup;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * In whose name keys are taken.
 *
 * @param holder only it may confirm these keys, or remove them as its own
 * @param until unless somebody confirms the keys, they count as unseen from then on, so that what a killed process had begun is done again; empty where the
 *     commit of a transaction confirms them
 */
record Lease(UUID holder, Optional<Instant> until) {}

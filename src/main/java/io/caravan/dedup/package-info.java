/**
 * Drops what was seen before within a window, in PostgreSQL and race-free between nodes: as the scheme {@code dedup:} for batches and as a
 * repository for Camel's {@code idempotentConsumer}. Start reading at {@link io.caravan.dedup.Deduplicator}; how the keys are kept stands in
 * {@code V020__dedup.sql}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.dedup;

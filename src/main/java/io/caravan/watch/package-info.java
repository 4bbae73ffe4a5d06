/**
 * Notices when a fleet goes silent although its calendar says that it should be talking: counts what arrives, learns what is usual, and tells what is missing and why.
 * Start reading at {@link io.caravan.watch.Arrivals}, which counts a batch in its transaction, and at {@link io.caravan.watch.Watchdog}, which judges ({@link io.caravan.watch.StateRules}) and tells
 * ({@link io.caravan.watch.Episodes}).
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch;

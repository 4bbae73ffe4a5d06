/**
 * Notices when a fleet goes silent although its calendar says that it should be talking: counts what arrives, learns what is usual, and tells what is missing and why.
 * Start reading at {@link io.caravan.watch.Arrivals}, which counts a batch in its transaction, and {@link io.caravan.watch.ArrivalRepository}, which keeps the counts.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch;

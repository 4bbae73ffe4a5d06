/**
 * Notices when a fleet goes silent although its calendar says that it should be talking: counts what arrives, learns what is usual, and tells what is missing and why.
 * Start reading at {@link io.caravan.watch.Arrivals}, which counts a batch in its transaction, and at {@link io.caravan.watch.Watchdog}, which judges ({@link io.caravan.watch.judge.StateRules}) and tells
 * ({@link io.caravan.watch.episode.Episodes}). The way of a silence through the packages: {@code arrivals} of a {@code series}, its pattern in {@code detect}, what was to be {@code expect}ed, the verdict of
 * {@code judge}, the {@code cause}, and the {@code episode} with its events.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch;

/**
 * A trouble of a series from its opening to its end: whether it is told by itself, which facts its events carry, and how they reach the routes that want them. Start reading at
 * {@link io.caravan.watch.episode.Episodes}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch.episode;

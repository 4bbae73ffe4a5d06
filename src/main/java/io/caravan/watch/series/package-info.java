/**
 * What is watched: fleets and the merged streams that are made of them, what people have written of each, and how each stands. Knows nothing of the rest of the room but its detector and settings. Start reading
 * at {@link io.caravan.watch.series.Series} and {@link io.caravan.watch.series.SeriesState}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch.series;

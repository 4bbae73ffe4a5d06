/**
 * Counts what a batch says of fleets and their vehicles, in memory, and writes it as rows of hours. Start reading at {@link io.caravan.watch.arrivals.ArrivalReader}, then
 * {@link io.caravan.watch.arrivals.BatchArrivals} and {@link io.caravan.watch.arrivals.ArrivalRepository}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch.arrivals;

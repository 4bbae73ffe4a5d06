/**
 * Whether a series of arrivals is silent, partial, low or late, from its learned week and its calendar; pure, no clock, no database, no threads. Start reading at
 * {@link io.caravan.watch.detect.Detector}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch.detect;

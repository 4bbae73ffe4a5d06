/**
 * What the features tell becomes metrics, named {@code caravan_<feature>_…} as Prometheus does; features know no meter. Start
 * reading at {@link io.caravan.telemetry.PollMetrics}; {@code docs/metrics.md} lists them all.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.telemetry;

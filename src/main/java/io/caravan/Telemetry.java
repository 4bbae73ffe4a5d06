package io.caravan;

import io.caravan.telemetry.AlertMetrics;
import io.caravan.telemetry.DagMetrics;
import io.caravan.telemetry.DedupMetrics;
import io.caravan.telemetry.LoadMetrics;
import io.caravan.telemetry.PollMetrics;
import io.caravan.telemetry.ProgressLog;
import io.caravan.telemetry.WatchMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.main.Main;

/** Puts one meter registry and the listeners that fill it into Camel's registry, where the features find them by type. */
final class Telemetry {
    private Telemetry() {}

    static MeterRegistry bind(Main camel, Clock clock) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        camel.bind(MicrometerConstants.METRICS_REGISTRY_NAME, registry);
        camel.bind("alertMetrics", new AlertMetrics(registry));
        camel.bind("dagMetrics", new DagMetrics(registry));
        camel.bind("dedupMetrics", new DedupMetrics(registry));
        camel.bind("loadMetrics", new LoadMetrics(registry));
        camel.bind("pollMetrics", new PollMetrics(registry, clock));
        camel.bind("watchMetrics", new WatchMetrics(registry));
        camel.bind("progressLog", new ProgressLog(clock));
        return registry;
    }
}

package io.caravan.telemetry;

import io.caravan.watch.ArrivalReport;
import io.caravan.watch.WatchEvents;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/** Metrics of {@code watch:}, {@code caravan_watch_…}: what arrives by what it counts for. */
public final class WatchMetrics implements WatchEvents {
    private final MeterRegistry registry;

    public WatchMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void arrived(ArrivalReport report) {
        Tags provider = Tags.of("provider", report.provider());
        packets(provider, report.live() ? "live" : "backfill").increment((double) report.packets());
        packets(provider, "implausible").increment((double) report.implausible());
        packets(provider, "without_fleet").increment((double) report.withoutFleet());
        packets(provider, "without_time").increment((double) report.withoutTime());
        Timer.builder("caravan.watch.batch")
                .description("Time to count a batch, without its commit")
                .tags(provider)
                .register(registry)
                .record(report.took());
    }

    private Counter packets(Tags provider, String counted) {
        return Counter.builder("caravan.watch.packets")
                .description("Packets that arrived of fleets, by what they count for")
                .tags(provider.and("counted", counted))
                .register(registry);
    }
}

package io.caravan.telemetry;

import io.caravan.watch.ArrivalReport;
import io.caravan.watch.WatchEvents;
import io.caravan.watch.series.SeriesState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** Metrics of {@code watch:}, {@code caravan_watch_…}: what arrives by what it counts for, how fleets stand, what was told of them, and how the watchdog keeps up. */
public final class WatchMetrics implements WatchEvents {
    private final MeterRegistry registry;
    private final Gauges gauges;

    public WatchMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.gauges = new Gauges(registry);
    }

    @Override
    public void arrived(ArrivalReport report) {
        Tags provider = Tags.of("provider", report.provider());
        packets(provider, report.live() ? "live" : "backfill").increment((double) report.packets());
        packets(provider, "implausible").increment((double) report.implausible());
        packets(provider, "without_fleet").increment((double) report.withoutFleet());
        packets(provider, "refused").increment((double) report.refused());
        packets(provider, "without_time").increment((double) report.withoutTime());
        Timer.builder("caravan.watch.batch")
                .description("Time to count a batch, without its commit")
                .tags(provider)
                .register(registry)
                .record(report.took());
    }

    @Override
    public void told(Told event) {
        Counter.builder("caravan.watch.events")
                .description("Events of troubles, by what became of them")
                .tags(Tags.of(
                        "kind",
                        event.kind().word(),
                        "trouble",
                        event.trouble().word(),
                        "series",
                        lower(event.series()),
                        "severity",
                        event.severity().word(),
                        "cause",
                        event.cause()))
                .register(registry)
                .increment();
    }

    @Override
    public void looked(int series, Duration took, Duration late) {
        Timer.builder("caravan.watch.look")
                .description("Time to judge all that was due at one look of the watchdog")
                .register(registry)
                .record(took);
        Counter.builder("caravan.watch.judged")
                .description("Series that the watchdog has judged")
                .register(registry)
                .increment(series);
        gauges.set(
                "caravan.watch.look.late.seconds",
                "Seconds by which the first series of the last look was overdue",
                Tags.empty(),
                late.toMillis() / 1_000.0);
    }

    @Override
    public void standing(Map<SeriesState, Integer> states) {
        for (SeriesState state : SeriesState.values()) {
            gauges.set(
                    "caravan.watch.series",
                    "Series by state, of all nodes",
                    Tags.of("state", lower(state)),
                    states.getOrDefault(state, 0));
        }
    }

    @Override
    public void backlog(int series) {
        gauges.set("caravan.watch.due", "Series that are due and not judged yet, of all nodes", Tags.empty(), series);
    }

    @Override
    public void away(Instant from, Instant until) {
        Counter.builder("caravan.watch.away.seconds")
                .description("Time in which no watchdog looked")
                .register(registry)
                .increment((double) Duration.between(from, until).toSeconds());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private Counter packets(Tags provider, String counted) {
        return Counter.builder("caravan.watch.packets")
                .description("Packets that arrived of fleets, by what they count for")
                .tags(provider.and("counted", counted))
                .register(registry);
    }
}

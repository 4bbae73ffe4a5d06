package io.caravan.telemetry;

import io.caravan.load.LoadEvents;
import io.caravan.load.LoadProgress;
import io.caravan.load.LoadReport;
import io.caravan.load.RejectedRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Metrics of {@code load:}, {@code caravan_load_…}: records by outcome, rejects by reason, durations, progress of files. */
public final class LoadMetrics implements LoadEvents {
    private final MeterRegistry registry;
    private final Gauges gauges;

    public LoadMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.gauges = new Gauges(registry);
    }

    @Override
    public void loaded(LoadReport report) {
        Tags table = Tags.of("table", report.table());
        records(table, "validated").increment((double) report.validated());
        records(table, "duplicate").increment((double) report.duplicate());
        records(table, "rejected").increment((double) report.rejected());
        timer("caravan.load.batch", "Time to load a batch, without its commit", table)
                .record(report.took());
    }

    private Counter records(Tags table, String outcome) {
        return counter("caravan.load.records", "Records by what became of them", table.and("outcome", outcome));
    }

    @Override
    public void rejected(List<RejectedRecord> records) {
        for (RejectedRecord record : records) {
            counter(
                            "caravan.load.rejects",
                            "Rejected records by reason",
                            Tags.of("table", record.table(), "reason", lower(record.reason())))
                    .increment();
        }
    }

    @Override
    public void fieldsIgnored(String table, Set<String> fields) {
        counter(
                        "caravan.load.fields.ignored",
                        "Fields, met since the start, that no column takes",
                        Tags.of("table", table))
                .increment(fields.size());
    }

    /** The name of a file is no label: there is no end to names. */
    @Override
    public void progressed(LoadProgress progress) {
        Tags table = Tags.of("table", progress.table());
        gauges.set(
                "caravan.load.file.progress.ratio",
                "How much of the file that is being loaded is read, 0 to 1",
                table,
                progress.bytesTotal() > 0 ? (double) progress.bytesRead() / progress.bytesTotal() : Double.NaN);
        gauges.set(
                "caravan.load.file.records.per.second",
                "Speed of the file that is being loaded",
                table,
                progress.done() ? 0 : progress.recordsPerSecond());
        gauges.set(
                "caravan.load.file.eta.seconds",
                "How long the rest of the file will take at the speed so far",
                table,
                progress.eta().map(Duration::toMillis).orElse(0L) / 1e3);
    }

    @Override
    public void lockWaited(String table, Duration waited) {
        timer("caravan.load.lock.wait", "Waiting for another load of the same table", Tags.of("table", table))
                .record(waited);
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private Timer timer(String name, String description, Tags tags) {
        return Timer.builder(name).description(description).tags(tags).register(registry);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

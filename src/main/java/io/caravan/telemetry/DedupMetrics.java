package io.caravan.telemetry;

import io.caravan.dedup.DedupEvents;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Metrics of {@code dedup:}: {@code caravan_dedup_records_total{repository,outcome="passed|dropped"}}. */
public final class DedupMetrics implements DedupEvents {
    private final MeterRegistry registry;

    public DedupMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void filtered(FilteredBatch batch) {
        records(batch.repository(), "passed").increment(batch.passed());
        records(batch.repository(), "dropped").increment(batch.dropped());
    }

    private Counter records(String repository, String outcome) {
        return Counter.builder("caravan.dedup.records")
                .description("Records that passed a repository, or were dropped as seen before")
                .tags("repository", repository, "outcome", outcome)
                .register(registry);
    }
}

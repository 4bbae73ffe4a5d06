package io.caravan.dedup;

import io.caravan.batch.Batch;
import io.caravan.batch.CanonicalForm;
import io.caravan.batch.RawRecord;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Makes repositories and batches for tests, each repository with a name of its own. */
final class Repositories {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    private Repositories() {}

    static String fresh() {
        return "repository-" + UUID.randomUUID();
    }

    static DedupSettings settings(String name, String window, String... fields) {
        return new DedupSettings(name, Window.parse(window), List.of(fields), CanonicalForm.EXACT);
    }

    static Deduplicator deduplicator(Database database, Clock clock, DedupSettings settings) {
        return deduplicator(database, clock, settings, new DedupEvents() {});
    }

    static Deduplicator deduplicator(Database database, Clock clock, DedupSettings settings, DedupEvents events) {
        DroppedLog log = new DroppedLog(database, clock, Duration.ofDays(30));
        return new Deduplicator(settings, Duration.ofMinutes(5), log, database, clock, events);
    }

    static Batch batch(String... records) {
        return batch(Arrays.asList(records));
    }

    static Batch batch(List<String> records) {
        return Batch.of("test", NOON, records.stream().map(RawRecord::of).toList());
    }

    static List<String> texts(Batch batch) {
        return batch.records().stream().map(RawRecord::printable).toList();
    }
}

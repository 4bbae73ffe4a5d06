package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down how many live records say nothing of a fleet, for the watchdog to judge; the good ones too, as long as there are such. Gathers what many batches say, so that these don't wait for one
 * another. Safe for all threads.
 */
final class Unreadable {
    private static final Logger LOG = LoggerFactory.getLogger(Unreadable.class);
    private static final Duration WRITTEN_EVERY = Duration.ofSeconds(10);

    /** So long after the last one the good ones no longer matter. */
    private static final Duration FOLLOWED = Duration.ofHours(1);

    private final Database database;
    private final UnreadableRepository repository;
    private final Map<String, Gathered> gathered = new ConcurrentHashMap<>();

    Unreadable(Database database) {
        this.database = database;
        this.repository = new UnreadableRepository(database);
    }

    /** What came of a provider. */
    record Counts(long records, long withoutFleet, long withoutTime, long implausible) {
        static final Counts NONE = new Counts(0, 0, 0, 0);

        static Counts of(ArrivalReport report) {
            return new Counts(
                    report.packets()
                            + report.implausible()
                            + report.withoutFleet()
                            + report.withoutTime()
                            + report.refused(),
                    report.withoutFleet(),
                    report.withoutTime(),
                    report.implausible());
        }

        Counts plus(Counts more) {
            return new Counts(
                    records + more.records,
                    withoutFleet + more.withoutFleet,
                    withoutTime + more.withoutTime,
                    implausible + more.implausible);
        }

        boolean isGood() {
            return withoutFleet + withoutTime + implausible == 0;
        }
    }

    private record Gathered(Instant badAt, Instant writtenAt, Counts counts) {
        static final Gathered NOTHING = new Gathered(Instant.EPOCH, Instant.EPOCH, Counts.NONE);
    }

    /** Of a batch that is committed. */
    void add(ArrivalReport report, Instant at) {
        if (report.live()) {
            Counts counts = Counts.of(report);
            if (!counts.isGood() || gathered.containsKey(report.provider())) {
                gathered.compute(report.provider(), (name, before) -> added(name, before, counts, at));
            }
        }
    }

    private @Nullable Gathered added(String provider, @Nullable Gathered before, Counts counts, Instant at) {
        Gathered known = before == null ? Gathered.NOTHING : before;
        if (counts.isGood() && at.isAfter(known.badAt().plus(FOLLOWED))) {
            return null;
        }
        Instant badAt = counts.isGood() ? known.badAt() : at;
        Counts all = known.counts().plus(counts);
        boolean writes = !at.isBefore(known.writtenAt().plus(WRITTEN_EVERY));
        return writes && write(provider, all, at)
                ? new Gathered(badAt, at, Counts.NONE)
                : new Gathered(badAt, known.writtenAt(), all);
    }

    private boolean write(String provider, Counts counts, Instant at) {
        try {
            database.separately(connection -> {
                repository.note(provider, counts, at);
                return true;
            });
            return true;
        } catch (DatabaseException e) {
            LOG.warn(
                    "provider={}: that records say nothing of a fleet is written with the next batch: {}",
                    provider,
                    e.getMessage());
            return false;
        }
    }
}

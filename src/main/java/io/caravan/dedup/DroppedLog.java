package io.caravan.dedup;

import io.caravan.database.DailyPartitions;
import io.caravan.database.Database;
import io.caravan.database.TemporaryDatabaseException;
import io.caravan.dedup.DroppedRepository.Page;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of dropped records, kept in partitions of a day. Safe for all threads; {@link #append} and {@link #read} join this thread's transaction.
 */
public final class DroppedLog {
    private static final Logger LOG = LoggerFactory.getLogger(DroppedLog.class);
    private static final int DAYS_AHEAD = 7;

    private final DroppedRepository repository;
    private final DailyPartitions days;
    private final Clock clock;
    private volatile @Nullable LocalDate today;

    /** @param retention how long a row is kept at least; whole days are dropped */
    public DroppedLog(Database database, Clock clock, Duration retention) {
        this.repository = new DroppedRepository(database);
        this.clock = clock;
        this.days = new DailyPartitions(
                database, clock, "caravan.dedup_dropped", DAYS_AHEAD, Math.toIntExact(retention.toDays()));
    }

    /** Logs the duplicates of one batch. */
    void append(List<Duplicate> duplicates) {
        if (!duplicates.isEmpty()) {
            keepDays();
            repository.log(duplicates);
        }
    }

    /** Once a day, a week ahead: a day that can't be prepared because a long batch is in the way fails no batch. */
    private void keepDays() {
        LocalDate day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate before = today;
        if (day.equals(before)) {
            return;
        }
        try {
            days.maintain();
            today = day;
        } catch (TemporaryDatabaseException e) {
            if (before == null) {
                throw e;
            }
            LOG.warn(
                    "The days of caravan.dedup_dropped are prepared with the next duplicate (a week ahead is there): {}",
                    e.getMessage());
        }
    }

    /** Makes a reader known; a new one starts with what is dropped from now on. */
    void register(String repositoryName, String reader) {
        repository.register(repositoryName, reader);
    }

    /** Hands the next duplicates to {@code work} and moves the reader behind them; all of it in one transaction. Returns how many there were. */
    int read(String repositoryName, String reader, int atMost, Reading work) throws Exception {
        var from = repository.claim(repositoryName, reader);
        if (from.isEmpty()) {
            return 0;
        }
        Page page = repository.read(repositoryName, from.get(), atMost);
        if (!page.duplicates().isEmpty()) {
            work.read(page.duplicates());
            repository.advance(repositoryName, reader, page.end());
        }
        return page.duplicates().size();
    }

    /** What a reader does with some duplicates; an exception leaves them unread. */
    @FunctionalInterface
    interface Reading {
        void read(List<Duplicate> duplicates) throws Exception;
    }
}

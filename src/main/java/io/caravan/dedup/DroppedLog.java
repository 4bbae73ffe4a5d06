package io.caravan.dedup;

import io.caravan.database.Database;
import io.caravan.dedup.DroppedRepository.Page;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log of dropped records, kept in partitions of a day. Safe for all threads; {@link #append} and {@link #read} join this thread's transaction.
 */
public final class DroppedLog {
    private final DroppedRepository repository;
    private final Duration retention;
    private volatile @Nullable LocalDate today;

    /** @param retention how long a row is kept at least; whole days are dropped */
    public DroppedLog(Database database, Duration retention) {
        this.repository = new DroppedRepository(database);
        this.retention = retention;
    }

    /** Logs the duplicates of one batch. */
    void append(List<Duplicate> duplicates) {
        if (!duplicates.isEmpty()) {
            keepDays(duplicates.get(0).seenAgain().atZone(ZoneOffset.UTC).toLocalDate());
            repository.log(duplicates);
        }
    }

    private void keepDays(LocalDate day) {
        if (!day.equals(today)) {
            repository.keepDays(day, day.minusDays(retention.toDays()));
            today = day;
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

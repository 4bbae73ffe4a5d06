package io.caravan.load;

import io.caravan.database.DailyPartitions;
import io.caravan.database.Database;
import io.caravan.database.TemporaryDatabaseException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The days of the logs: a partition stands ready a week ahead, and what is past its retention is dropped. Done by the first load of each day, so that it
 * needs no timer; cheap on all others. Safe for all threads.
 */
final class LoadLogs {
    static final int REJECTED_DAYS = 90;
    static final int DUPLICATE_DAYS = 30;
    static final int BATCH_DAYS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(LoadLogs.class);
    private static final int DAYS_AHEAD = 7;

    private final Clock clock;
    private final List<DailyPartitions> logs;
    private final AtomicReference<@Nullable LocalDate> ready = new AtomicReference<>();

    /** How many whole days each log is kept. */
    LoadLogs(Database database, Clock clock, int rejectedDays, int duplicateDays, int batchDays) {
        this.clock = clock;
        this.logs = List.of(
                new DailyPartitions(database, clock, "caravan.rejected", DAYS_AHEAD, rejectedDays),
                new DailyPartitions(database, clock, "caravan.duplicate", DAYS_AHEAD, duplicateDays),
                new DailyPartitions(database, clock, "caravan.load_batch", DAYS_AHEAD, batchDays));
    }

    LoadLogs(Database database, Clock clock) {
        this(database, clock, REJECTED_DAYS, DUPLICATE_DAYS, BATCH_DAYS);
    }

    /** Makes sure that today and the days to come have their partitions. */
    void prepare() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate before = ready.get();
        if (!today.equals(before)) {
            try {
                logs.forEach(DailyPartitions::maintain);
                ready.set(today);
            } catch (TemporaryDatabaseException e) {
                if (before == null) {
                    throw e;
                }
                LOG.warn("The logs' days are prepared with the next load (a week ahead is there): {}", e.getMessage());
            }
        }
    }
}

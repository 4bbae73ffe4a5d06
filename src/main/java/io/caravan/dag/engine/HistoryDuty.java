package io.caravan.dag.engine;

import io.caravan.database.DailyPartitions;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/** Keeps a day's partition ready for the history of runs, and drops the days that are past their retention. Once an hour; every node may do it. */
final class HistoryDuty implements Timekeeper.Duty {
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int DAYS_AHEAD = 2;

    private final Database database;
    private final int keepDays;
    private final List<DailyPartitions> partitions;
    private final HistoryRepository history;
    private Instant next = Instant.MIN;

    HistoryDuty(Database database, Clock clock, int keepDays) {
        this.database = database;
        this.keepDays = keepDays;
        this.partitions = Stream.of("dag_run", "dag_task", "dag_attempt", "dag_log")
                .map(table -> new DailyPartitions(database, clock, "caravan." + table, DAYS_AHEAD, keepDays))
                .toList();
        this.history = new HistoryRepository(database);
    }

    @Override
    public boolean run(Instant now) {
        if (now.isBefore(next)) {
            return false;
        }
        partitions.forEach(DailyPartitions::maintain);
        Instant before = now.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(keepDays));
        database.runInTransaction(connection -> history.forget(before));
        next = now.plus(EVERY);
        return false;
    }
}

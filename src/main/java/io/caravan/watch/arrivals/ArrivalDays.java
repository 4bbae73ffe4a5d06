package io.caravan.watch.arrivals;

import io.caravan.database.DailyPartitions;
import io.caravan.database.Database;
import io.caravan.database.TemporaryDatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The days of {@code caravan.watch_hour}: a partition stands ready a week ahead, and what is past its retention is dropped; vehicles unheard of for a year are forgotten. Done with
 * the first batch of each day, so that it needs no timer. Safe for all threads.
 */
public final class ArrivalDays {
    /** Thirteen weeks, and a day of grace: what a pattern is learned from. */
    public static final int KEEP_DAYS = 92;

    private static final Logger LOG = LoggerFactory.getLogger(ArrivalDays.class);
    private static final int DAYS_AHEAD = 7;
    private static final Duration VEHICLES_KEPT = Duration.ofDays(366);

    private final Database database;
    private final Clock clock;
    private final int keepDays;
    private final DailyPartitions partitions;
    private final AtomicReference<@Nullable LocalDate> ready = new AtomicReference<>();

    public ArrivalDays(Database database, Clock clock, int keepDays) {
        this.database = database;
        this.clock = clock;
        this.keepDays = keepDays;
        this.partitions = new DailyPartitions(database, clock, "caravan.watch_hour", DAYS_AHEAD, keepDays);
    }

    /** Makes sure that today and the days to come have their partitions. */
    public void prepare() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate before = ready.get();
        if (!today.equals(before) && ready.compareAndSet(before, today)) {
            try {
                maintain();
            } catch (TemporaryDatabaseException e) {
                ready.set(before);
                LOG.warn(
                        "The days of arrivals are prepared with the next batch (a default partition takes them): {}",
                        e.getMessage());
            }
        }
    }

    private void maintain() {
        partitions.maintain();
        Instant now = clock.instant();
        ArrivalRepository repository = new ArrivalRepository(database);
        database.separately(connection -> repository.pruneStragglers(now.minus(Duration.ofDays(keepDays)))
                + repository.forgetVehicles(now.minus(VEHICLES_KEPT)));
    }
}

package io.caravan.alert;

import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets incidents that have been resolved for long, with their audit trail, messages and silences that are over, once an hour; never what is open. Every node may do it. One thread. */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int AT_ONCE = 1_000;

    private final Database database;
    private final Clock clock;
    private final Duration kept;
    private final RetentionRepository rows;
    private Instant next = Instant.MIN;

    /**
     * @param kept since it was over
     */
    Retention(Database database, Clock clock, Duration kept) {
        this.database = database;
        this.clock = clock;
        this.kept = kept;
        this.rows = new RetentionRepository(database);
    }

    /** Is to be called often. */
    void forget() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        Instant before = now.minus(kept);
        int deliveries = all(() -> rows.deliveries(before, AT_ONCE));
        int incidents = all(() -> rows.incidents(before, AT_ONCE));
        rows.silences(before);
        rows.channels(before);
        all(() -> rows.groups(before, AT_ONCE));
        next = now.plus(EVERY);
        if (deliveries > 0 || incidents > 0) {
            LOG.info(
                    "{} incidents and {} messages that were over before {} are forgotten",
                    incidents,
                    deliveries,
                    before);
        }
    }

    /** Each step is a transaction of its own, so that nobody waits for long. */
    private int all(IntSupplier step) {
        int sum = 0;
        int deleted;
        do {
            deleted = database.inTransaction(connection -> step.getAsInt());
            sum += deleted;
        } while (deleted == AT_ONCE);
        return sum;
    }
}

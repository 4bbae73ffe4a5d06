package io.caravan.alert.rules;

import io.caravan.alert.AlertEvents;
import io.caravan.alert.Incidents;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stream rules in this process. Once started, it looks each second whether rules have changed, and whether states are due though no record comes; any number of nodes may do so. Safe for any thread.
 */
public final class RuleNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RuleNode.class);
    private static final long BETWEEN_LOOKS_MILLIS = 1_000;
    private static final Duration BETWEEN_CLEANINGS = Duration.ofHours(1);

    /** What a field said longer ago is forgotten. */
    private static final Duration MEMORY = Duration.ofDays(30);

    private final Clock clock;
    private final StreamRules rules;
    private final RuleKeeper keeper;
    private final JudgedDatasets judged;
    private final StateRepository states;
    private final Semaphore stop = new Semaphore(0);
    private final Thread thread;
    private Instant cleanedAt = Instant.MIN;

    public RuleNode(Database database, Clock clock, RuleFiles files, Incidents incidents, AlertEvents events) {
        this.clock = clock;
        this.rules = new StreamRules(database, clock, files, incidents, events);
        this.keeper = new RuleKeeper(database, files, incidents);
        this.judged = new JudgedDatasets(files, clock);
        this.states = new StateRepository(database);
        this.thread = new Thread(this::run, "caravan-alert-rules");
        thread.setDaemon(true);
    }

    public StreamRules rules() {
        return rules;
    }

    /** Which datasets the routes of this process judge. */
    public JudgedDatasets judged() {
        return judged;
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                lookSafely();
            } while (!stop.tryAcquire(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookSafely() {
        try {
            look();
        } catch (DatabaseException e) {
            LOG.warn("stream rules can't be looked after: {}; trying again in a second", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("stream rules can't be looked after; trying again in a second", e);
        }
    }

    /** Does all that is due now. */
    void look() {
        keeper.look();
        judged.look();
        while (rules.lookAtDue()) {
            LOG.trace("states were due");
        }
        Instant now = clock.instant();
        if (cleanedAt.equals(Instant.MIN) || cleanedAt.plus(BETWEEN_CLEANINGS).isBefore(now)) {
            int forgotten = states.forget(now.minus(MEMORY));
            cleanedAt = now;
            LOG.debug("{} values of fields that have not been told for {} are forgotten", forgotten, MEMORY);
        }
    }

    @Override
    public void close() {
        stop.release();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

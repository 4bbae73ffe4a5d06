package io.caravan.load;

import io.caravan.batch.Batch;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads batches into one table: maps, stages, checks and promotes them, logs duplicates and rejects, and answers with a report that
 * adds up; all of it in the transaction of the thread, or in one of its own. Safe for all threads.
 */
public final class Loader {
    private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

    private final Database database;
    private final Clock clock;
    private final LoadEvents events;
    private final LoadOptions options;
    private final boolean textual;
    private final TableContractRepository contracts = new TableContractRepository();
    private final LoadLogRepository logs = new LoadLogRepository();
    private final Set<String> ignoredBefore = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Plan plan;

    /** A contract and what was made of it. */
    private record Plan(TableContract contract, FieldMapping mapping, Promotion promotion) {}

    public Loader(Database database, Clock clock, LoadEvents events, LoadOptions options) {
        this(database, clock, events, options, false);
    }

    private Loader(Database database, Clock clock, LoadEvents events, LoadOptions options, boolean textual) {
        this.database = database;
        this.clock = clock;
        this.events = events;
        this.options = options;
        this.textual = textual;
    }

    /** The same loader for values that all are text, as those of a CSV file: an empty one is NULL, and json columns read theirs as JSON. */
    Loader textual() {
        return textual ? this : new Loader(database, clock, events, options, true);
    }

    public LoadOptions options() {
        return options;
    }

    /**
     * Checks that the options fit the table as it is now.
     *
     * @throws LoadException when there is no such table, or no such column; the message says what to do
     */
    public void validate() {
        database.runInTransaction(connection -> plan = read(connection));
    }

    /** Loads a batch. */
    public LoadReport load(Batch batch) {
        return load(batch, null);
    }

    /**
     * Loads a batch as part of a run.
     *
     * @throws LoadException when it can't be loaded as asked
     * @throws io.caravan.database.TemporaryDatabaseException when trying again may help; nothing was loaded
     */
    public LoadReport load(Batch batch, @Nullable String run) {
        try {
            return attempt(batch, run);
        } catch (StaleContractException stale) {
            LOG.info("table={} changed, its contract is read again batch={}", options.table(), batch.id());
        } catch (DatabaseException failure) {
            if (plan == null || !RecordFault.isOfTheContract(failure)) {
                throw failure;
            }
            LOG.info(
                    "table={} may have changed, its contract is read again: {}", options.table(), failure.getMessage());
        }
        plan = null;
        return attempt(batch, run);
    }

    private LoadReport attempt(Batch batch, @Nullable String run) {
        return database.inTransaction(connection -> load(connection, batch, run));
    }

    private LoadReport load(Connection connection, Batch batch, @Nullable String run) throws SQLException {
        Instant start = clock.instant();
        Plan current = plan(connection);
        Outcome outcome = new Outcome();
        List<StagedRecord> staged = map(batch, current.mapping(), outcome);
        if (options.mode() == LoadMode.replace && batch.size() > 0) {
            current.promotion().clear(connection);
        }
        outcome.add(current.promotion().promote(staged));
        LoadReport report = new LoadReport(
                current.contract().name().toString(),
                batch.id(),
                batch.source(),
                run,
                batch.size(),
                outcome.validated(),
                outcome.duplicates().size(),
                outcome.rejections().size(),
                Duration.between(start, clock.instant()));
        logs.duplicates(connection, report, current.contract(), outcome.duplicates());
        List<RejectedRecord> rejected = logs.rejected(connection, report, outcome.rejections());
        byte[] raw = options.keepRaw() ? RawBatches.pack(batch.records()) : null;
        logs.report(connection, report, batch.receivedAt(), raw);
        database.afterCommit(() -> tell(report, rejected));
        return report;
    }

    private void tell(LoadReport report, List<RejectedRecord> rejected) {
        LOG.debug("{}", report.summary());
        events.loaded(report);
        if (!rejected.isEmpty()) {
            LOG.warn(
                    "{}; first: {} ({}). List them: caravan replay rejects {} --dry-run",
                    report.summary(),
                    rejected.get(0).message(),
                    rejected.get(0).id(),
                    report.table());
            events.rejected(rejected);
        }
    }

    private List<StagedRecord> map(Batch batch, FieldMapping mapping, Outcome outcome) {
        List<StagedRecord> staged = new ArrayList<>(batch.size());
        Set<String> ignored = new TreeSet<>();
        for (int place = 0; place < batch.size(); place++) {
            FieldMapping.Mapped mapped = mapping.map(batch.records().get(place), place, ignored);
            if (mapped instanceof FieldMapping.Mapped.Fits fits) {
                staged.add(fits.staged());
            } else if (mapped instanceof FieldMapping.Mapped.Misfits misfits) {
                outcome.rejected(misfits.rejection());
            }
        }
        warnOnce(ignored);
        return staged;
    }

    private void warnOnce(Set<String> ignored) {
        Set<String> fresh = new TreeSet<>();
        for (String field : ignored) {
            if (ignoredBefore.size() < 1_000 && ignoredBefore.add(field)) {
                fresh.add(field);
            }
        }
        if (!fresh.isEmpty()) {
            LOG.warn(
                    "table={} has no column for the fields {}; they are left out. Add columns, say rest=<jsonb column>, or unknown=reject",
                    options.table(),
                    fresh);
            database.afterCommit(() -> events.fieldsIgnored(options.table(), fresh));
        }
    }

    private Plan plan(Connection connection) throws SQLException {
        Plan known = plan;
        if (known == null) {
            known = read(connection);
            plan = known;
        }
        return known;
    }

    private Plan read(Connection connection) throws SQLException {
        TableContract contract = contracts.read(connection, options.tableName());
        return new Plan(
                contract,
                new FieldMapping(contract, options, textual),
                new Promotion(database, contract, options, textual));
    }
}

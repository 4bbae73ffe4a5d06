package io.caravan.load;

import io.caravan.batch.Batch;
import io.caravan.batch.LogContext;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import io.caravan.database.Datasets;
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
    private final LoadLogs days;
    private final Datasets datasets;
    private final Set<String> ignoredBefore = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Plan plan;

    /** What is asked: {@code logsDuplicates}, records come for the first time; {@code keepsRejects}, they aren't kept yet. */
    private record Order(
            Batch batch, @Nullable String run, boolean clears, boolean logsDuplicates, boolean keepsRejects) {}

    /** What came of it. */
    record Loaded(LoadReport report, List<Rejection> rejections) {}

    /** A contract and what was made of it. */
    private record Plan(TableContract contract, FieldMapping mapping, Promotion promotion) {}

    public Loader(Database database, Clock clock, LoadEvents events, LoadOptions options) {
        this(database, clock, events, options, new LoadLogs(database, clock), false);
    }

    Loader(Database database, Clock clock, LoadEvents events, LoadOptions options, LoadLogs days, boolean textual) {
        this.database = database;
        this.clock = clock;
        this.events = events;
        this.options = options;
        this.days = days;
        this.datasets = new Datasets(database, clock);
        this.textual = textual;
    }

    /** The same loader for values that all are text, as those of a CSV file: an empty one is NULL, and json columns read theirs as JSON. */
    Loader textual() {
        return textual ? this : new Loader(database, clock, events, options, days, true);
    }

    public LoadOptions options() {
        return options;
    }

    /** The table's full name, once it was found; until then as the options say it. */
    String table() {
        Plan known = plan;
        return known == null
                ? options.tableName().toString()
                : known.contract().name().toString();
    }

    /** The table's full name; looks it up where it wasn't yet. */
    String found() {
        if (plan == null) {
            validate();
        }
        return table();
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
        return load(batch, run, true);
    }

    /** Loads one of several batches that are one load; the first one {@code clears} the table where the load replaces it. */
    LoadReport load(Batch batch, @Nullable String run, boolean clears) {
        return load(new Order(batch, run, clears, true, true)).report();
    }

    /** Loads records that were rejected before: those that are rejected again are answered, not kept a second time. */
    Loaded reload(Batch batch) {
        return load(new Order(batch, null, false, false, false));
    }

    /** Loads a batch that was loaded before: what is there already is no news. */
    LoadReport replay(Batch batch) {
        return load(new Order(batch, null, false, false, true)).report();
    }

    private Loaded load(Order order) {
        LogContext context = LogContext.enter().batch(order.batch());
        try {
            return loadAndTell(order);
        } finally {
            context.leave();
        }
    }

    private Loaded loadAndTell(Order order) {
        days.prepare();
        try {
            return attempt(order);
        } catch (StaleContractException stale) {
            LOG.info(
                    "table={} changed, its contract is read again batch={}",
                    options.table(),
                    order.batch().id());
        } catch (DatabaseException failure) {
            if (plan == null || !RecordFault.isOfTheContract(failure)) {
                throw failure;
            }
            LOG.info(
                    "table={} may have changed, its contract is read again: {}", options.table(), failure.getMessage());
        }
        plan = null;
        return attempt(order);
    }

    private Loaded attempt(Order order) {
        return database.inTransaction(connection -> load(connection, order));
    }

    private Loaded load(Connection connection, Order order) throws SQLException {
        Instant start = clock.instant();
        Batch batch = order.batch();
        Plan current = plan(connection);
        Outcome outcome = new Outcome();
        List<StagedRecord> staged = map(batch, current.mapping(), outcome);
        if (options.mode() == LoadMode.replace && order.clears() && batch.size() > 0) {
            current.promotion().clear(connection);
        }
        outcome.add(current.promotion().promote(staged));
        LoadReport report = new LoadReport(
                current.contract().name().toString(),
                batch.id(),
                batch.source(),
                order.run(),
                batch.size(),
                outcome.validated(),
                outcome.duplicates().size(),
                outcome.rejections().size(),
                Duration.between(start, clock.instant()));
        datasets.updated(report.table(), report.validated());
        if (order.logsDuplicates()) {
            logs.duplicates(connection, report, current.contract(), outcome.duplicates());
        }
        if (order.keepsRejects()) {
            keep(connection, batch, report, outcome.rejections());
        } else {
            database.afterCommit(() -> events.loaded(report));
        }
        return new Loaded(report, outcome.rejections());
    }

    private void keep(Connection connection, Batch batch, LoadReport report, List<Rejection> rejections)
            throws SQLException {
        List<RejectedRecord> rejected = logs.rejected(connection, report, rejections, textual);
        byte[] raw = options.keepRaw() ? RawBatches.pack(batch.records()) : null;
        logs.report(connection, report, batch.receivedAt(), raw, textual);
        database.afterCommit(() -> tell(report, rejected));
    }

    private void tell(LoadReport report, List<RejectedRecord> rejected) {
        LOG.debug("{}", report.summary());
        events.loaded(report);
        if (!rejected.isEmpty()) {
            LOG.warn(
                    "{}; first: {} ({}). List them: caravan replay list {}",
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

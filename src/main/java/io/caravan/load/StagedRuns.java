package io.caravan.load;

import io.caravan.batch.Batch;
import io.caravan.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads of one table in two steps: {@code stage} keeps records as received under a run's id, {@code promote} loads them in one transaction and drops what was staged.
 * Either step may be repeated: staging the same batch or file again replaces it, promoting again answers the first promotion's report. Loads of one table take turns.
 *
 * <p>What is staged survives a crash of PostgreSQL (logged tables), because the source has been told that it is done. Safe for all threads.
 */
final class StagedRuns {
    private static final Logger LOG = LoggerFactory.getLogger(StagedRuns.class);

    /**
     * What is staged, and replaced, as a whole.
     *
     * @param name a file's source, or a batch's id
     * @param textual its values are texts of a CSV file
     */
    record Unit(String name, boolean textual) {}

    private final Database database;
    private final Clock clock;
    private final Loader loader;
    private final StagingLock lock;
    private final StagedRunRepository runs = new StagedRunRepository();

    StagedRuns(Database database, Clock clock, LoadEvents events, Loader loader) {
        this.database = database;
        this.clock = clock;
        this.loader = loader;
        this.lock = new StagingLock(database, clock, events);
    }

    /** Stages a batch under a run; answers how many records. {@code textual}: its values are texts of a CSV file. */
    long stage(Batch batch, boolean textual, String run) {
        database.runInTransaction(connection -> stage(
                connection,
                run,
                new Unit(batch.id().toString(), textual),
                List.of(batch).iterator(),
                () -> {}));
        return batch.size();
    }

    /** Stages the batches of one unit, in the transaction of this thread. */
    void stage(Connection connection, String run, Unit unit, Iterator<Batch> batches, Runnable afterEach)
            throws SQLException {
        String table = loader.found();
        lock.acquire(connection, table, loader.options().lockTimeout());
        StagedRunRepository.Run staged = runs.open(connection, table, run);
        if (staged.isPromoted()) {
            LOG.info("table={} run={} is promoted already; {} is not staged again", table, run, unit.name());
            batches.forEachRemaining(batch -> {});
            return;
        }
        long count = -runs.forget(connection, staged, unit.name());
        while (batches.hasNext()) {
            Batch batch = batches.next();
            runs.copy(connection, staged, unit, batch);
            count += batch.size();
            afterEach.run();
        }
        runs.count(connection, staged, count);
        LOG.debug("table={} run={} staged={} unit={}", table, run, count, unit.name());
    }

    /**
     * Promotes what is staged under a run.
     *
     * @throws LoadException when nothing was staged under it, or what was staged is not all there
     */
    LoadReport promote(String run) {
        return database.inTransaction(connection -> {
            String table = loader.found();
            lock.acquire(connection, table, loader.options().lockTimeout());
            StagedRunRepository.Run staged = runs.find(connection, table, run)
                    .orElseThrow(() -> new LoadException(
                            "Nothing is staged for %s under run '%s', so nothing was promoted. Run its phase=stage first, with the same CaravanRunId"
                                    .formatted(table, run)));
            return staged.isPromoted() ? staged.report(table, clock.instant()) : promote(connection, table, staged);
        });
    }

    private LoadReport promote(Connection connection, String table, StagedRunRepository.Run staged)
            throws SQLException {
        Total total = new Total(table, "run:" + staged.run(), staged.run());
        boolean[] first = {true};
        runs.read(connection, staged, loader.options().chunkSize(), batch -> {
            Loader ours = batch.textual() ? loader.textual() : loader;
            total.add(ours.load(batch.batch(), staged.run(), first[0]));
            first[0] = false;
        });
        LoadReport report = total.report(clock.instant());
        if (report.staged() != staged.staged()) {
            throw new LoadException(
                    "Run '%s' of %s has %d staged records, of which %d are there; nothing was promoted. Run phase=stage again"
                            .formatted(staged.run(), table, staged.staged(), report.staged()));
        }
        runs.promoted(connection, staged, report);
        return report;
    }
}

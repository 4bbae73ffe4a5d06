package io.caravan.load;

import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads again what was rejected, or whole batches as they were received, through the mapping and the table of now. A reject that loads (or is there already) is settled in the
 * same transaction; one that is rejected again stays open with its new reason. Safe to repeat, and for all threads.
 */
public final class Replay {
    private static final int AT_ONCE = 1_000;

    /** What came of a replay; {@code records} = {@code loaded} + {@code duplicate} + {@code rejected}. */
    public record Result(long records, long loaded, long duplicate, long rejected) {
        static final Result NOTHING = new Result(0, 0, 0, 0);

        Result plus(LoadReport report) {
            return new Result(
                    records + report.staged(),
                    loaded + report.validated(),
                    duplicate + report.duplicate(),
                    rejected + report.rejected());
        }
    }

    /** A kept batch. */
    public record KeptBatch(
            long id, Instant at, String table, java.util.UUID batch, String source, int records, boolean hasRaw) {}

    private final Supplier<Database> database;
    private final Clock clock;
    private final LoadEvents events;
    private final LoadOptionsOfTable options;
    private final RejectedRepository rejects = new RejectedRepository();
    private final KeptBatchRepository batches = new KeptBatchRepository();

    public Replay(Supplier<Database> database, Clock clock, LoadEvents events, LoadOptionsOfTable options) {
        this.database = database;
        this.clock = clock;
        this.events = events;
        this.options = options;
    }

    /**
     * Loads the open rejects of a table again.
     *
     * @param dryRun tries, and undoes it
     */
    public Result rejects(String table, Instant since, @Nullable Reason reason, boolean dryRun) {
        Loader loader = loader(table);
        RejectedRecords.Filter filter =
                new RejectedRecords.Filter(loader.found(), since, reason, RejectStatus.open, AT_ONCE);
        Result result = Result.NOTHING;
        long after = 0;
        while (true) {
            Step step = step(loader, filter, after, dryRun);
            if (step.read() == 0) {
                return result;
            }
            result = new Result(
                    result.records() + step.result().records(),
                    result.loaded() + step.result().loaded(),
                    result.duplicate() + step.result().duplicate(),
                    result.rejected() + step.result().rejected());
            after = step.last();
        }
    }

    private record Step(int read, long last, Result result) {}

    private Step step(Loader loader, RejectedRecords.Filter filter, long after, boolean dryRun) {
        return trial(dryRun, connection -> {
            List<RejectedRecord> claimed = rejects.claim(connection, filter, after);
            Result result = Result.NOTHING;
            for (boolean textual : new boolean[] {false, true}) {
                List<RejectedRecord> part = claimed.stream()
                        .filter(record -> record.textual() == textual)
                        .toList();
                if (!part.isEmpty()) {
                    result = result.plus(again(connection, textual ? loader.textual() : loader, part));
                }
            }
            long last =
                    claimed.isEmpty() ? after : claimed.get(claimed.size() - 1).id();
            return new Step(claimed.size(), last, result);
        });
    }

    private LoadReport again(Connection connection, Loader loader, List<RejectedRecord> records) throws SQLException {
        List<RawRecord> raw = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            raw.add(records.get(i).current(i + 1));
        }
        Loader.Loaded loaded = loader.reload(Batch.of("replay:rejects", clock.instant(), raw));
        Set<Integer> again = new HashSet<>();
        loaded.rejections().forEach(rejection -> again.add(rejection.place()));
        List<Long> settled = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            if (!again.contains(i)) {
                settled.add(records.get(i).id());
            }
        }
        rejects.settle(connection, settled, RejectStatus.replayed);
        rejects.rejectedAgain(connection, records, loaded.rejections());
        return loaded.report();
    }

    /** The kept batches of a table, oldest first. */
    public List<KeptBatch> kept(String table, Instant since) {
        return database.get().inTransaction(connection -> batches.list(connection, table, since));
    }

    /**
     * Loads whole batches again as they were received: rows that are there are duplicates, what is rejected now replaces the batch's open rejects.
     *
     * @throws LoadException when none of the batches was kept
     */
    public Result batches(String table, Instant since, boolean dryRun) {
        Loader loader = loader(table);
        List<KeptBatch> kept = kept(loader.found(), since);
        if (!kept.isEmpty() && kept.stream().noneMatch(KeptBatch::hasRaw)) {
            throw new LoadException(
                    "The batches of %s since %s were not kept as received, so none can be replayed. Say keepRaw=true where it is loaded"
                            .formatted(table, since));
        }
        Result result = Result.NOTHING;
        for (KeptBatch batch : kept) {
            if (batch.hasRaw()) {
                result = result.plus(trial(dryRun, connection -> batch(connection, loader, batch)));
            }
        }
        return result;
    }

    private LoadReport batch(Connection connection, Loader loader, KeptBatch kept) throws SQLException {
        KeptBatchRepository.Raw raw = batches.read(connection, kept.id());
        rejects.settleBatch(connection, loader.found(), kept.batch());
        Batch batch = new Batch(kept.batch(), kept.source(), raw.receivedAt(), raw.records());
        Loader ours = raw.textual() ? loader.textual() : loader;
        return ours.replay(batch);
    }

    private Loader loader(String table) {
        LoadOptions found = options.find(table)
                .orElseThrow(
                        () -> new LoadException(
                                "No route loads " + table
                                        + ", so nothing was replayed: the mapping is an option of its load: endpoint. Start with the routes that load it"));
        // A replay adds what is missing; it must not empty the table, nor keep the raw records once more
        LoadMode mode = found.mode() == LoadMode.replace ? LoadMode.insert : found.mode();
        return new Loader(database.get(), clock, events, found.withMode(mode).withKeepRaw(false));
    }

    private <T> T trial(boolean dryRun, io.caravan.database.TransactionWork<T> work) {
        if (!dryRun) {
            return database.get().inTransaction(work);
        }
        List<T> result = new ArrayList<>(1);
        try {
            database.get().runInTransaction(connection -> {
                result.add(work.run(connection));
                throw new Undone();
            });
        } catch (Undone tried) {
            // as meant
        }
        return result.get(0);
    }

    /** Ends a dry run's transaction without its work. */
    private static final class Undone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Undone() {
            super(null, null, false, false);
        }
    }
}

package io.caravan.load;

import io.caravan.batch.BadPageException;
import io.caravan.batch.Batch;
import io.caravan.batch.ReaderOptions;
import io.caravan.batch.RecordReader;
import io.caravan.database.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads files of any size in chunks and constant memory. Each chunk is one transaction with the progress of its file, so that after a crash the next try with the same options
 * goes on without gap or repeat, also for a table without a unique key. All chunks are one transaction where one is open already, where the load replaces the table, and where
 * the content can't be read a second time. Safe for all threads.
 */
final class FileLoader {
    private static final Logger LOG = LoggerFactory.getLogger(FileLoader.class);

    private final Database database;
    private final Clock clock;
    private final LoadEvents events;
    private final Loader loader;
    private final StagedRuns runs;
    private final LoadFileRepository files;

    FileLoader(Database database, Clock clock, LoadEvents events, Loader loader, StagedRuns runs) {
        this.database = database;
        this.clock = clock;
        this.events = events;
        this.loader = loader;
        this.runs = runs;
        this.files = new LoadFileRepository(database);
    }

    /** Loads the file, or what is left of it since the last try; the report counts what this try did. */
    LoadReport load(LoadFile file, @Nullable String run) {
        boolean whole = loader.options().mode() == LoadMode.replace || !file.canBeReadAgain();
        return whole ? database.inTransaction(connection -> chunks(file, run)) : chunks(file, run);
    }

    /** Stages the file under a run, in one transaction; what an earlier try staged of it is replaced. Answers how many records. */
    long stage(LoadFile file, String run) {
        return database.inTransaction(connection -> {
            Progress progress = new Progress(file, 0);
            try (RecordReader reader = reader(file)) {
                runs.stage(
                        connection,
                        run,
                        new StagedRuns.Unit(file.source(), file.format() == LoadFormat.csv),
                        reader,
                        () -> progress.tell(reader, !reader.hasNext()));
                return reader.recordsRead();
            }
        });
    }

    private LoadReport chunks(LoadFile file, @Nullable String run) {
        String table = loader.found();
        Loader ours = file.format() == LoadFormat.csv ? loader.textual() : loader;
        LoadFileRepository.State state =
                file.canBeReadAgain() ? files.begin(key(file)) : new LoadFileRepository.State(0, false);
        Total total = new Total(table, file.source(), run);
        if (state.done()) {
            LOG.info(
                    "table={} source={} is loaded already with these options ({} records); nothing to do",
                    table,
                    file.source(),
                    state.records());
            return total.report(clock.instant());
        }
        Progress progress = new Progress(file, state.records());
        try (RecordReader reader = reader(file)) {
            long done = 0;
            long loaded = state.records();
            while (reader.hasNext()) {
                Batch chunk = after(loaded - done, reader.next());
                long from = Math.max(done, loaded);
                done = reader.recordsRead();
                if (chunk.size() > 0) {
                    total.add(chunk(ours, file, chunk, from, reader, run));
                    progress.tell(reader, !reader.hasNext());
                }
            }
            if (total.isEmpty() && file.canBeReadAgain()) {
                finish(file, done, reader.bytesRead());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Reading " + file.source() + " failed; what was committed stays, the next try goes on there", e);
        }
        return total.report(clock.instant());
    }

    private RecordReader reader(LoadFile file) throws IOException {
        ReaderOptions options = ReaderOptions.DEFAULT
                .withBatchRecords(loader.options().chunkSize())
                .withClock(clock);
        if (file.format() != LoadFormat.csv) {
            return RecordReader.ndjson(file.content().open(), file.source(), options);
        }
        try {
            return RecordReader.csv(file.content().open(), file.source(), options);
        } catch (BadPageException e) {
            throw new LoadException(file.source() + " was not loaded: " + e.getMessage() + ". Mend the file's header");
        }
    }

    /** What of the batch lies behind the first {@code loaded} records. */
    private static Batch after(long loaded, Batch batch) {
        int in = (int) Math.max(0, Math.min(loaded, batch.size()));
        return in == 0 ? batch : batch.withRecords(batch.records().subList(in, batch.size()));
    }

    private LoadReport chunk(
            Loader ours, LoadFile file, Batch chunk, long from, RecordReader reader, @Nullable String run) {
        return database.inTransaction(connection -> {
            LoadReport report = ours.load(chunk, run, from == 0);
            if (file.canBeReadAgain()) {
                advance(file, from, from + chunk.size(), reader);
            }
            return report;
        });
    }

    /** A file without records, or whose every record an earlier try loaded, is done. */
    private void finish(LoadFile file, long records, long bytes) {
        files.advance(key(file), records, records, bytes, true);
    }

    private LoadFileRepository.Key key(LoadFile file) {
        return new LoadFileRepository.Key(loader.table(), file, loader.options().fingerprint());
    }

    private void advance(LoadFile file, long from, long to, RecordReader reader) {
        if (!files.advance(key(file), from, to, reader.bytesRead(), !reader.hasNext())) {
            throw new LoadException(
                    "Another process loads " + file.source() + " into " + loader.table()
                            + " at the same time; this one stopped and undid its chunk. Nothing to do, if the other one goes on");
        }
    }

    /** Tells how far it is, after each commit. */
    private final class Progress {
        private final LoadFile file;
        private final long before;
        private final Instant start = clock.instant();

        Progress(LoadFile file, long before) {
            this.file = file;
            this.before = before;
        }

        void tell(RecordReader reader, boolean done) {
            Duration elapsed = Duration.between(start, clock.instant());
            long records = reader.recordsRead();
            double seconds = Math.max(0.001, elapsed.toMillis() / 1000.0);
            LoadProgress progress = new LoadProgress(
                    loader.table(),
                    file.source(),
                    records,
                    (records - before) / seconds,
                    reader.bytesRead(),
                    file.bytes(),
                    elapsed,
                    done);
            events.progressed(progress);
        }
    }
}

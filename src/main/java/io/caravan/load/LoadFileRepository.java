package io.caravan.load;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/**
 * How far each load of a file is, in {@code caravan.load_file}: a load is a file, a table and the options that decide which rows come out. Rows from before options were kept
 * have none; they hold for all options. Safe for all threads.
 */
final class LoadFileRepository {
    /** What is loaded: the table's full name, the file, and the fingerprint of the options. */
    record Key(String table, LoadFile file, UUID options) {}

    /** @param records how many are in already */
    record State(long records, boolean done) {}

    /** A load that was broken off before options were kept goes on as the first load that meets it. */
    private static final Query ADOPT = Query.of("""
            UPDATE caravan.load_file SET options = :options
            WHERE table_name = :table AND source = :source AND version = :version AND options IS NULL AND NOT done""");

    private static final Query FINISHED_BEFORE = Query.of("""
            SELECT records, done FROM caravan.load_file
            WHERE table_name = :table AND source = :source AND version = :version AND options IS NULL AND done""");

    private static final Query BEGIN = Query.of("""
            INSERT INTO caravan.load_file (table_name, source, version, options, bytes)
            VALUES (:table, :source, :version, :options, :bytes)
            ON CONFLICT (table_name, source, version, options) DO UPDATE SET bytes = EXCLUDED.bytes
            RETURNING records, done""");

    private static final Query ADVANCE = Query.of("""
            UPDATE caravan.load_file
            SET records = :to, chunks = chunks + 1, bytes_done = :bytes, done = :done, changed_at = now()
            WHERE table_name = :table AND source = :source AND version = :version AND options = :options
              AND records = :from AND NOT done""");

    private final Database database;

    LoadFileRepository(Database database) {
        this.database = database;
    }

    State begin(Key key) {
        return database.inTransaction(connection -> {
            Optional<State> before = named(FINISHED_BEFORE, key).first(LoadFileRepository::state);
            if (before.isPresent()) {
                return before.get();
            }
            named(ADOPT, key).update();
            return named(BEGIN, key)
                    .set("bytes", key.file().bytes())
                    .first(LoadFileRepository::state)
                    .orElseThrow();
        });
    }

    /** Writes how far it is, provided that nobody else moved it; false when somebody did. */
    boolean advance(Key key, long from, long to, long bytesDone, boolean done) {
        return named(ADVANCE, key)
                        .set("from", from)
                        .set("to", to)
                        .set("bytes", bytesDone)
                        .set("done", done)
                        .update()
                == 1;
    }

    private Query.Call named(Query query, Key key) {
        return query.on(database)
                .set("table", key.table())
                .set("source", key.file().source())
                .set("version", key.file().version())
                .setIfNamed("options", key.options());
    }

    private static State state(ResultSet row) throws SQLException {
        return new State(row.getLong("records"), row.getBoolean("done"));
    }
}

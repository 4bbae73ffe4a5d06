package io.caravan.load;

import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.batch.RecordParser;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Runs in {@code caravan.load_run} and their staged rows, a table each, dropped when promoted. Holds nothing; safe for all threads. */
final class StagedRunRepository {
    /** A row of {@code caravan.load_run}. */
    record Run(long id, String run, boolean isPromoted, long staged, long validated, long duplicate, long rejected) {
        String rows() {
            return "caravan.load_staged_" + id;
        }

        /** What its promotion reported. */
        LoadReport report(String table, Instant now) {
            UUID id = Batch.of("run:" + run, now, List.of()).id();
            return new LoadReport(table, id, "run:" + run, run, staged, validated, duplicate, rejected, Duration.ZERO);
        }
    }

    /** A chunk of what was staged. */
    record StagedBatch(Batch batch, boolean textual) {}

    /** Takes one chunk after another. */
    interface Taker {
        void take(StagedBatch batch) throws SQLException;
    }

    /** The run, made if it isn't there, with its table for rows. */
    Run open(Connection connection, String table, String run) throws SQLException {
        Optional<Run> known = find(connection, table, run);
        if (known.isPresent()) {
            return known.get();
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO caravan.load_run (table_name, run) VALUES (?, ?) RETURNING id")) {
            insert.setString(1, table);
            insert.setString(2, run);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                Run made = new Run(row.getLong(1), run, false, 0, 0, 0, 0);
                execute(connection, """
                        CREATE TABLE %s (
                            n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                            unit text NOT NULL, textual boolean NOT NULL, batch uuid NOT NULL, source text NOT NULL,
                            received_at timestamptz NOT NULL, number bigint NOT NULL, raw bytea NOT NULL, defect text)""".formatted(made.rows()));
                return made;
            }
        }
    }

    Optional<Run> find(Connection connection, String table, String run) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT * FROM caravan.load_run WHERE table_name = ? AND run = ?")) {
            query.setString(1, table);
            query.setString(2, run);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(new Run(
                                row.getLong("id"),
                                run,
                                row.getString("phase").equals("promoted"),
                                row.getLong("staged"),
                                row.getLong("validated"),
                                row.getLong("duplicate"),
                                row.getLong("rejected")))
                        : Optional.empty();
            }
        }
    }

    /** Deletes what was staged of a unit; answers how many records that were. */
    int forget(Connection connection, Run run, String unit) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + run.rows() + " WHERE unit = ?")) {
            delete.setString(1, unit);
            return delete.executeUpdate();
        }
    }

    void copy(Connection connection, Run run, StagedRuns.Unit unit, Batch batch) throws SQLException {
        String insert = """
                INSERT INTO %s (unit, textual, batch, source, received_at, number, raw, defect)
                SELECT ?, ?, ?, ?, ?, r.* FROM unnest(?::int8[], ?::bytea[], ?::text[]) AS r""".formatted(run.rows());
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            List<RawRecord> records = batch.records();
            statement.setString(1, unit.name());
            statement.setBoolean(2, unit.textual());
            statement.setObject(3, batch.id());
            statement.setString(4, batch.source());
            statement.setTimestamp(5, Timestamp.from(batch.receivedAt()));
            statement.setArray(
                    6,
                    connection.createArrayOf(
                            "int8", records.stream().map(RawRecord::number).toArray(Long[]::new)));
            statement.setArray(
                    7,
                    connection.createArrayOf(
                            "bytea", records.stream().map(RawRecord::text).toArray(byte[][]::new)));
            statement.setArray(
                    8,
                    connection.createArrayOf(
                            "text",
                            records.stream().map(r -> r.defect().orElse(null)).toArray(String[]::new)));
            statement.executeUpdate();
        }
    }

    void count(Connection connection, Run run, long more) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE caravan.load_run SET staged = staged + ?, staged_at = now() WHERE id = ?")) {
            update.setLong(1, more);
            update.setLong(2, run.id());
            update.executeUpdate();
        }
    }

    /** Hands out what was staged, in its order, in chunks of one batch each. */
    void read(Connection connection, Run run, int chunkSize, Taker taker) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT * FROM " + run.rows() + " ORDER BY n")) {
            query.setFetchSize(Math.min(chunkSize, 1_000));
            try (ResultSet row = query.executeQuery()) {
                @Nullable Chunk chunk = null;
                while (row.next()) {
                    if (chunk != null && !chunk.takes(row, chunkSize)) {
                        taker.take(chunk.batch());
                        chunk = null;
                    }
                    chunk = chunk == null ? new Chunk(row) : chunk;
                    chunk.records.add(again(row));
                }
                if (chunk != null) {
                    taker.take(chunk.batch());
                }
            }
        }
    }

    /** A staged record as it was when it was staged: good, or defective for the same reason. */
    private static RawRecord again(ResultSet row) throws SQLException {
        String defect = row.getString("defect");
        return defect == null
                ? RecordParser.STRICT.parse(row.getBytes("raw"), row.getLong("number"))
                : RawRecord.defective(row.getBytes("raw"), row.getLong("number"), defect);
    }

    void promoted(Connection connection, Run run, LoadReport report) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE caravan.load_run SET phase = 'promoted', validated = ?, duplicate = ?, rejected = ?, promoted_at = now()
                WHERE id = ?""")) {
            update.setLong(1, report.validated());
            update.setLong(2, report.duplicate());
            update.setLong(3, report.rejected());
            update.setLong(4, run.id());
            update.executeUpdate();
        }
        execute(connection, "DROP TABLE " + run.rows());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static final class Chunk {
        private final UUID batch;
        private final String source;
        private final Instant receivedAt;
        private final boolean textual;
        private final List<RawRecord> records = new ArrayList<>();

        Chunk(ResultSet row) throws SQLException {
            batch = row.getObject("batch", UUID.class);
            source = row.getString("source");
            receivedAt = row.getTimestamp("received_at").toInstant();
            textual = row.getBoolean("textual");
        }

        boolean takes(ResultSet row, int chunkSize) throws SQLException {
            return records.size() < chunkSize && batch.equals(row.getObject("batch", UUID.class));
        }

        StagedBatch batch() {
            return new StagedBatch(new Batch(batch, source, receivedAt, records), textual);
        }
    }
}

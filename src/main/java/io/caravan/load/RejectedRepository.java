package io.caravan.load;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of {@code caravan.rejected}. Holds nothing; safe for all threads. */
final class RejectedRepository {
    private static final String COLUMNS =
            "id, at, table_name, reason, column_name, message, batch, source, run, raw, fixed, status, textual";

    List<RejectedRecord> list(Connection connection, RejectedRecords.Filter filter) throws SQLException {
        return select(connection, filter, "ORDER BY at, id LIMIT ?");
    }

    /** Open rejects that nobody else replays now, locked until the end of the transaction, behind the id {@code after}. */
    List<RejectedRecord> claim(Connection connection, RejectedRecords.Filter filter, long after) throws SQLException {
        return select(connection, filter, "AND id > " + after + " ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED");
    }

    private static List<RejectedRecord> select(Connection connection, RejectedRecords.Filter filter, String rest)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT " + COLUMNS + """
                 FROM caravan.rejected
                WHERE (?::text IS NULL OR table_name = ?) AND at >= ? AND (?::text IS NULL OR reason = ?)
                  AND (?::text IS NULL OR status = ?)\s""" + rest)) {
            String reason = filter.reason() == null ? null : filter.reason().name();
            String status = filter.status() == null ? null : filter.status().name();
            query.setString(1, filter.table());
            query.setString(2, filter.table());
            query.setTimestamp(3, Timestamp.from(filter.since()));
            query.setString(4, reason);
            query.setString(5, reason);
            query.setString(6, status);
            query.setString(7, status);
            query.setInt(8, filter.limit());
            return records(query);
        }
    }

    Optional<RejectedRecord> find(Connection connection, long id) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT " + COLUMNS + " FROM caravan.rejected WHERE id = ?")) {
            query.setLong(1, id);
            return records(query).stream().findFirst();
        }
    }

    boolean fix(Connection connection, long id, byte[] record) throws SQLException {
        // What a person writes is JSON, whatever the file was
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE caravan.rejected SET fixed = ?, textual = false WHERE id = ? AND status = 'open'")) {
            update.setBytes(1, record);
            update.setLong(2, id);
            return update.executeUpdate() == 1;
        }
    }

    int discard(Connection connection, List<Long> ids) throws SQLException {
        return settle(connection, ids, RejectStatus.discarded);
    }

    int settle(Connection connection, List<Long> ids, RejectStatus status) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE caravan.rejected SET status = ?, settled_at = now() WHERE id = ANY (?) AND status = 'open'")) {
            update.setString(1, status.name());
            update.setArray(2, connection.createArrayOf("int8", ids.toArray(Long[]::new)));
            return update.executeUpdate();
        }
    }

    /** Settles the open rejects of a batch that is loaded again as a whole. */
    void settleBatch(Connection connection, String table, UUID batch) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE caravan.rejected SET status = 'replayed', settled_at = now()
                WHERE batch = ? AND table_name = ? AND status = 'open'""")) {
            update.setObject(1, batch);
            update.setString(2, table);
            update.executeUpdate();
        }
    }

    /** Notes why records were rejected once more. */
    void rejectedAgain(Connection connection, List<RejectedRecord> records, List<Rejection> rejections)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE caravan.rejected SET reason = ?, column_name = ?, message = ? WHERE id = ?")) {
            for (Rejection rejection : rejections) {
                update.setString(1, rejection.reason().name());
                update.setString(2, rejection.column());
                update.setString(3, rejection.message());
                update.setLong(4, records.get(rejection.place()).id());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    private static List<RejectedRecord> records(PreparedStatement query) throws SQLException {
        List<RejectedRecord> records = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                records.add(new RejectedRecord(
                        row.getLong("id"),
                        row.getTimestamp("at").toInstant(),
                        row.getString("table_name"),
                        Reason.valueOf(row.getString("reason")),
                        row.getString("column_name"),
                        row.getString("message"),
                        row.getObject("batch", UUID.class),
                        row.getString("source"),
                        row.getString("run"),
                        row.getBytes("raw"),
                        row.getBytes("fixed"),
                        row.getBoolean("textual"),
                        RejectStatus.valueOf(row.getString("status"))));
            }
        }
        return records;
    }
}

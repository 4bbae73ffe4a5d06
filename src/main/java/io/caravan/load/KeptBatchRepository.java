package io.caravan.load;

import io.caravan.batch.RawRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads what {@code keepRaw} kept in {@code caravan.load_batch}. Holds nothing; safe for all threads. */
final class KeptBatchRepository {
    /** A batch's records as received. */
    record Raw(Instant receivedAt, boolean textual, List<RawRecord> records) {}

    List<Replay.KeptBatch> list(Connection connection, String table, Instant since) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT id, at, table_name, batch, source, staged, records IS NOT NULL AS has_raw
                FROM caravan.load_batch WHERE table_name = ? AND at >= ? ORDER BY id""")) {
            query.setString(1, table);
            query.setTimestamp(2, Timestamp.from(since));
            List<Replay.KeptBatch> batches = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    batches.add(new Replay.KeptBatch(
                            row.getLong("id"),
                            row.getTimestamp("at").toInstant(),
                            row.getString("table_name"),
                            row.getObject("batch", UUID.class),
                            row.getString("source"),
                            row.getInt("staged"),
                            row.getBoolean("has_raw")));
                }
            }
            return batches;
        }
    }

    Raw read(Connection connection, long id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT received_at, textual, staged, records FROM caravan.load_batch WHERE id = ?")) {
            query.setLong(1, id);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new LoadException(
                            "Batch " + id + " is no longer in caravan.load_batch; it was past its retention");
                }
                return new Raw(
                        row.getTimestamp("received_at").toInstant(),
                        row.getBoolean("textual"),
                        RawBatches.unpack(row.getBytes("records"), row.getInt("staged")));
            }
        }
    }
}

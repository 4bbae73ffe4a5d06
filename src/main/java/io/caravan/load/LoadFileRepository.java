package io.caravan.load;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How far each file is, in {@code caravan.load_file}. Holds nothing; safe for all threads. */
final class LoadFileRepository {
    /** @param records how many are in already */
    record State(long records, boolean done) {}

    State begin(Connection connection, String table, LoadFile file) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                INSERT INTO caravan.load_file AS f (table_name, source, version, bytes) VALUES (?, ?, ?, ?)
                ON CONFLICT (table_name, source, version) DO UPDATE SET bytes = EXCLUDED.bytes
                RETURNING records, done""")) {
            statement.setString(1, table);
            statement.setString(2, file.source());
            statement.setString(3, file.version());
            statement.setLong(4, file.bytes());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new State(row.getLong("records"), row.getBoolean("done"));
            }
        }
    }

    /** Writes how far it is, provided that nobody else moved it; false when somebody did. */
    boolean advance(
            Connection connection, String table, LoadFile file, long from, long to, long bytesDone, boolean done)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                UPDATE caravan.load_file
                SET records = ?, chunks = chunks + 1, bytes_done = ?, done = ?, changed_at = now()
                WHERE table_name = ? AND source = ? AND version = ? AND records = ? AND NOT done""")) {
            statement.setLong(1, to);
            statement.setLong(2, bytesDone);
            statement.setBoolean(3, done);
            statement.setString(4, table);
            statement.setString(5, file.source());
            statement.setString(6, file.version());
            statement.setLong(7, from);
            return statement.executeUpdate() == 1;
        }
    }
}

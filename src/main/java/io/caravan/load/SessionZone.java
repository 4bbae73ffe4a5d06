package io.caravan.load;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * The session's time zone for as long as a statement runs: what a timestamp without a zone means must not hang on the machine. Costs nothing where the session has it already, because the
 * server tells the driver of each change.
 */
final class SessionZone {
    private final Connection connection;
    private final @Nullable String before;

    private SessionZone(Connection connection, @Nullable String before) {
        this.connection = connection;
        this.before = before;
    }

    static SessionZone of(Connection connection, ZoneId zone) throws SQLException {
        String now = connection.unwrap(PGConnection.class).getParameterStatus("TimeZone");
        if (zone.getId().equals(now)) {
            return new SessionZone(connection, null);
        }
        set(connection, zone.getId());
        return new SessionZone(connection, now);
    }

    /** Not after a failure: the savepoint that is rolled back brings the old zone back. */
    void restore() throws SQLException {
        if (before != null) {
            set(connection, before);
        }
    }

    private static void set(Connection connection, String zone) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement("SELECT set_config('TimeZone', ?, true)")) {
            set.setString(1, zone);
            set.execute();
        }
    }
}

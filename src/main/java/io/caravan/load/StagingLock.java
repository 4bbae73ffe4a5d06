package io.caravan.load;

import io.caravan.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Keeps two loads of one table apart, across processes: an advisory lock of the transaction, which ends with it or with its session, and stands in
 * {@code pg_locks}. Those who wait are served in turn.
 */
final class StagingLock {
    private final Database database;
    private final Clock clock;
    private final LoadEvents events;

    StagingLock(Database database, Clock clock, LoadEvents events) {
        this.database = database;
        this.clock = clock;
        this.events = events;
    }

    /**
     * Takes the lock until the end of the transaction of this thread.
     *
     * @throws io.caravan.database.TemporaryDatabaseException when another load still has it after {@code timeout}
     */
    void acquire(Connection connection, String table, Duration timeout) throws SQLException {
        if (tried(connection, table)) {
            return;
        }
        Instant start = clock.instant();
        String before = show(connection);
        set(connection, Math.max(1, timeout.toMillis()) + "ms");
        try (PreparedStatement lock = connection.prepareStatement(
                "SELECT pg_advisory_xact_lock(hashtextextended('caravan.load:' || ?, 0))")) {
            lock.setString(1, table);
            lock.execute();
        }
        set(connection, before);
        Duration waited = Duration.between(start, clock.instant());
        database.afterCommit(() -> events.lockWaited(table, waited));
    }

    private static boolean tried(Connection connection, String table) throws SQLException {
        try (PreparedStatement attempt = connection.prepareStatement(
                "SELECT pg_try_advisory_xact_lock(hashtextextended('caravan.load:' || ?, 0))")) {
            attempt.setString(1, table);
            try (ResultSet row = attempt.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static String show(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT current_setting('lock_timeout')");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private static void set(Connection connection, String lockTimeout) throws SQLException {
        try (PreparedStatement set = connection.prepareStatement("SELECT set_config('lock_timeout', ?, true)")) {
            set.setString(1, lockTimeout);
            set.execute();
        }
    }
}

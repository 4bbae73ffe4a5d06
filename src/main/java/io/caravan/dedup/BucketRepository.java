package io.caravan.dedup;

import io.caravan.batch.CanonicalForm;
import io.caravan.database.Database;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The repositories' settings and their buckets, tables {@code caravan.dedup_repository} and {@code caravan.dedup_bucket}. Each method commits on its own,
 * also while this thread has a transaction open, and gives up with a {@link io.caravan.database.TemporaryDatabaseException} where it would have to wait for
 * batches for longer than half a second.
 */
final class BucketRepository {
    private final Database database;

    BucketRepository(Database database) {
        this.database = database;
    }

    /**
     * A repository as it is registered.
     *
     * @param before its settings until now, where it was known
     */
    record Registered(int id, Optional<DedupSettings> before) {}

    /** Makes the repository known, with its first bucket; where it is known, these settings hold from now on. */
    Registered register(DedupSettings settings, Instant now) {
        return database.separately(connection -> {
            insertIfNew(connection, settings);
            Registered registered = lockSettings(connection, settings.repository());
            if (!registered.before().equals(Optional.of(settings))) {
                update(connection, registered.id(), settings);
            }
            if (current(connection, registered.id()).isEmpty()) {
                open(connection, registered.id(), now);
                return new Registered(registered.id(), Optional.empty());
            }
            return registered;
        });
    }

    /** The bucket that is being written into. */
    Bucket current(int repository) {
        return database.separately(connection -> current(connection, repository).orElseThrow());
    }

    /**
     * Opens the next bucket if the current one is over.
     *
     * @param clock read once no batch has the repository, so that no key in the old bucket was seen later than the new one opened
     * @return the bucket to write into from now on, whoever opened it
     */
    Bucket openNext(int repository, Supplier<Instant> clock) {
        return database.separately(connection -> {
            if (isOver(connection, repository, clock)) {
                shutOutBatches(connection, repository);
                if (isOver(connection, repository, clock)) {
                    move(connection, repository, "PREVIOUS", "EXPIRED");
                    move(connection, repository, "CURRENT", "PREVIOUS");
                    open(connection, repository, clock.get());
                }
            }
            return current(connection, repository).orElseThrow();
        });
    }

    private static boolean isOver(Connection connection, int repository, Supplier<Instant> clock) throws SQLException {
        return current(connection, repository).orElseThrow().isOverAt(clock.get());
    }

    /** Forgets all keys of the repository. */
    Bucket clear(int repository, Instant now) {
        return database.separately(connection -> {
            shutOutBatches(connection, repository);
            move(connection, repository, "PREVIOUS", "EXPIRED");
            move(connection, repository, "CURRENT", "EXPIRED");
            open(connection, repository, now);
            return current(connection, repository).orElseThrow();
        });
    }

    /** Drops the tables of one expired bucket, of whichever repository; false when there is none. */
    boolean dropExpired() {
        return database.separately(connection -> {
            limitWaiting(connection);
            Optional<Integer> expired = claimExpired(connection);
            if (expired.isPresent()) {
                execute(connection, "drop table if exists caravan.dedup_key_" + expired.get());
            }
            return expired.isPresent();
        });
    }

    private static void insertIfNew(Connection connection, DedupSettings settings) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into caravan.dedup_repository (name, remember_for, key_fields, canonical_form, fingerprint_version)
                values (?, ? * interval '1 millisecond', ?, ?, ?)
                on conflict (name) do nothing
                """)) {
            statement.setString(1, settings.repository());
            bind(connection, statement, 2, settings);
            statement.executeUpdate();
        }
    }

    private static void update(Connection connection, int repository, DedupSettings settings) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                update caravan.dedup_repository
                set remember_for = ? * interval '1 millisecond', key_fields = ?, canonical_form = ?, fingerprint_version = ?
                where id = ?
                """)) {
            bind(connection, statement, 1, settings);
            statement.setInt(5, repository);
            statement.executeUpdate();
        }
    }

    private static void bind(Connection connection, PreparedStatement statement, int from, DedupSettings settings)
            throws SQLException {
        Array fields = connection.createArrayOf("text", settings.fields().toArray());
        statement.setObject(
                from, settings.window().length().map(Duration::toMillis).orElse(null), java.sql.Types.BIGINT);
        statement.setArray(from + 1, fields);
        statement.setString(from + 2, settings.form().name());
        statement.setShort(from + 3, settings.form().version());
    }

    private static Registered lockSettings(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select id, extract(epoch from remember_for) * 1000 as milliseconds, key_fields, canonical_form
                from caravan.dedup_repository where name = ? for no key update
                """)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                DedupSettings settings = new DedupSettings(
                        name,
                        window(rows),
                        List.of((String[]) rows.getArray("key_fields").getArray()),
                        CanonicalForm.valueOf(rows.getString("canonical_form")));
                return new Registered(rows.getInt("id"), Optional.of(settings));
            }
        }
    }

    private static Optional<Bucket> current(Connection connection, int repository) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select b.id, b.opened_at, extract(epoch from r.remember_for) * 1000 as milliseconds
                from caravan.dedup_bucket b join caravan.dedup_repository r on r.id = b.repository
                where b.repository = ? and b.state = 'CURRENT'
                """)) {
            statement.setInt(1, repository);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                Instant openedAt =
                        rows.getObject("opened_at", OffsetDateTime.class).toInstant();
                return Optional.of(new Bucket(rows.getInt("id"), openedAt, window(rows)));
            }
        }
    }

    private static Window window(ResultSet rows) throws SQLException {
        long milliseconds = rows.getLong("milliseconds");
        return rows.wasNull() ? Window.FOREVER : Window.of(Duration.ofMillis(milliseconds));
    }

    /** Waits until no batch holds the repository's buckets, and holds off new ones until the commit. */
    private static void shutOutBatches(Connection connection, int repository) throws SQLException {
        limitWaiting(connection);
        try (PreparedStatement statement = connection.prepareStatement(
                "select pg_advisory_xact_lock('caravan.dedup_repository'::regclass::oid::integer, ?)")) {
            statement.setInt(1, repository);
            statement.execute();
        }
    }

    private static void limitWaiting(Connection connection) throws SQLException {
        execute(connection, "set local lock_timeout = '500ms'");
    }

    private static void move(Connection connection, int repository, String from, String to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                update caravan.dedup_bucket set state = ? where repository = ? and state = ?
                """)) {
            statement.setString(1, to);
            statement.setInt(2, repository);
            statement.setString(3, from);
            statement.executeUpdate();
        }
    }

    /** Attached afterwards, because creating a partition in place would wait for every reader of the whole table, such as a backup. */
    private static void open(Connection connection, int repository, Instant now) throws SQLException {
        int bucket = insertBucket(connection, repository, now);
        execute(connection, """
                create table caravan.dedup_key_%1$d (like caravan.dedup_key);
                create unique index on caravan.dedup_key_%1$d (hash);
                alter table caravan.dedup_key attach partition caravan.dedup_key_%1$d for values in (%1$d);
                """.formatted(bucket));
    }

    private static int insertBucket(Connection connection, int repository, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into caravan.dedup_bucket (repository, state, opened_at) values (?, 'CURRENT', ?) returning id
                """)) {
            statement.setInt(1, repository);
            statement.setObject(2, now.atOffset(ZoneOffset.UTC));
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    private static Optional<Integer> claimExpired(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                delete from caravan.dedup_bucket where id =
                    (select id from caravan.dedup_bucket where state = 'EXPIRED' order by id limit 1 for update skip locked)
                returning id
                """)) {
            return rows.next() ? Optional.of(rows.getInt(1)) : Optional.empty();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

package io.caravan.dedup;

import io.caravan.database.Database;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The keys of the repositories, table {@code caravan.dedup_key}; every method is one round trip and joins this thread's transaction. */
final class KeyRepository {
    private final Database database;

    KeyRepository(Database database) {
        this.database = database;
    }

    /**
     * Remembers those of the hashes that are not remembered yet, and returns the others. Waits for transactions that are admitting the same. A failure
     * must be let through to the work that it is part of.
     *
     * @param hashes distinct
     * @param lease in whose name; null for keys that a transaction's commit confirms and that nobody will remove one by one
     */
    List<Remembered> admit(int repository, Collection<UUID> hashes, Instant at, @Nullable Lease lease) {
        return database.joinTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("""
                    select hash, first_seen, leased_until, holder from caravan.dedup_admit(?, ?, ?, ?, ?)
                    """)) {
                statement.setInt(1, repository);
                statement.setArray(2, uuids(connection, hashes));
                statement.setObject(3, at.atOffset(ZoneOffset.UTC));
                statement.setObject(4, until(lease));
                statement.setObject(5, lease == null ? null : lease.holder());
                return remembered(statement);
            }
        });
    }

    private static @Nullable OffsetDateTime until(@Nullable Lease lease) {
        return lease == null
                ? null
                : lease.until().map(until -> until.atOffset(ZoneOffset.UTC)).orElse(null);
    }

    /** What is remembered of one hash. */
    Optional<Remembered> find(int repository, UUID hash, Instant at) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("""
                    select ?::uuid as hash, first_seen, leased_until, holder from caravan.dedup_find(?, ?, ?)
                    """)) {
                statement.setObject(1, hash);
                statement.setInt(2, repository);
                statement.setObject(3, hash);
                statement.setObject(4, at.atOffset(ZoneOffset.UTC));
                return remembered(statement).stream().findFirst();
            }
        });
    }

    /** Ends the lease of those that this holder (null: anybody) still has; returns how many. */
    int confirm(int repository, Collection<UUID> hashes, @Nullable UUID holder) {
        return change("select caravan.dedup_confirm(?, ?, ?)", repository, hashes, holder);
    }

    /** Forgets those that this holder (null: anybody) has; returns how many. */
    int remove(int repository, Collection<UUID> hashes, @Nullable UUID holder) {
        return change("select caravan.dedup_remove(?, ?, ?)", repository, hashes, holder);
    }

    private int change(String function, int repository, Collection<UUID> hashes, @Nullable UUID holder) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(function)) {
                statement.setInt(1, repository);
                statement.setArray(2, uuids(connection, hashes));
                statement.setObject(3, holder, java.sql.Types.OTHER);
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    return rows.getInt(1);
                }
            }
        });
    }

    private static List<Remembered> remembered(PreparedStatement statement) throws SQLException {
        List<Remembered> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(new Remembered(
                        rows.getObject("hash", UUID.class),
                        rows.getObject("first_seen", OffsetDateTime.class).toInstant(),
                        Optional.ofNullable(rows.getObject("leased_until", OffsetDateTime.class))
                                .map(OffsetDateTime::toInstant),
                        rows.getObject("holder", UUID.class)));
            }
        }
        return found;
    }

    private static Array uuids(Connection connection, Collection<UUID> hashes) throws SQLException {
        return connection.createArrayOf("uuid", hashes.toArray());
    }
}

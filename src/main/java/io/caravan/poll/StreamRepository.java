package io.caravan.poll;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where each stream stands, and which node polls it. A node owns a stream for a lease that it renews; the version is the fence that makes the page of an owner who
 * lost his lease without noticing roll back. Safe for any thread.
 */
public final class StreamRepository {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Database database;

    public StreamRepository(Database database) {
        this.database = database;
    }

    /**
     * A stream as people see it, for {@code caravan poll}.
     *
     * @param owner the node that polls it now; empty when none does
     */
    public record Standing(
            String provider,
            String stream,
            Optional<String> owner,
            Optional<Instant> lastPageAt,
            Optional<Instant> newestRecordAt,
            int failures,
            Optional<String> lastError,
            Optional<Instant> haltedAt,
            Optional<String> haltedReason) {}

    /** Becomes or stays the owner for a lease; empty when another node is. Creates the stream, begun {@code now}, where it is new. */
    Optional<StreamState> claim(StreamName name, String node, Duration lease, Instant now) {
        return database.separately(connection -> {
            try (PreparedStatement claim = connection.prepareStatement("""
                    insert into caravan.poll_stream as s (provider, stream, owner, owned_until, history)
                    values (?, ?, ?, clock_timestamp() + ? * interval '1 microsecond', ?::jsonb)
                    on conflict (provider, stream) do update
                       set owner = excluded.owner, owned_until = excluded.owned_until
                     where s.owner = excluded.owner or s.owner is null or s.owned_until < clock_timestamp()
                    returning cursor, version, history, failures, retry_at, halted_reason""")) {
                claim.setString(1, name.provider());
                claim.setString(2, name.stream());
                claim.setString(3, node);
                claim.setLong(4, lease.toNanos() / 1_000);
                claim.setString(5, PollHistoryJson.write(PollHistory.begun(now)).toString());
                try (ResultSet row = claim.executeQuery()) {
                    return row.next() ? Optional.of(state(row)) : Optional.empty();
                }
            }
        });
    }

    /** Keeps the lease while a page is being fetched or processed; false when another node took the stream. */
    boolean renew(StreamName name, String node, Duration lease) {
        return database.separately(connection -> {
            try (PreparedStatement renew = connection.prepareStatement("""
                    update caravan.poll_stream set owned_until = clock_timestamp() + ? * interval '1 microsecond'
                     where provider = ? and stream = ? and owner = ?""")) {
                renew.setLong(1, lease.toNanos() / 1_000);
                renew.setString(2, name.provider());
                renew.setString(3, name.stream());
                renew.setString(4, node);
                return renew.executeUpdate() == 1;
            }
        });
    }

    /** Lets another node take over at once. */
    void release(StreamName name, String node) {
        database.separately(connection -> update(
                connection,
                "update caravan.poll_stream set owner = null, owned_until = '-infinity' where provider = ? and stream = ? and owner = ?",
                name.provider(),
                name.stream(),
                node));
    }

    /**
     * Lets go of every stream, for the start of the only service on this database: whoever still owns one has died without releasing it. Harmless if
     * he lives, because the version makes his page roll back.
     *
     * @return how many had an owner
     */
    public int releaseAll() {
        return database.separately(connection -> update(
                connection,
                "update caravan.poll_stream set owner = null, owned_until = '-infinity' where owner is not null"));
    }

    /**
     * Moves the stream behind a page, in the page's own transaction.
     *
     * @return the new version
     * @throws StaleStreamException when the stream isn't at {@code version} any more
     */
    long advance(
            StreamName name,
            long version,
            Cursor next,
            PollHistory history,
            int records,
            @Nullable Instant newestRecordAt) {
        return database.joinTransaction(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    update caravan.poll_stream
                       set cursor = ?::jsonb, version = version + 1, history = ?::jsonb, last_page_at = clock_timestamp(), last_page_records = ?,
                           newest_record_at = greatest(newest_record_at, ?), failures = 0, retry_at = null, last_error = null
                     where provider = ? and stream = ? and version = ?
                    returning version""")) {
                update.setString(1, next.toString());
                update.setString(2, PollHistoryJson.write(history).toString());
                update.setInt(3, records);
                update.setTimestamp(4, newestRecordAt == null ? null : Timestamp.from(newestRecordAt));
                update.setString(5, name.provider());
                update.setString(6, name.stream());
                update.setLong(7, version);
                try (ResultSet row = update.executeQuery()) {
                    if (!row.next()) {
                        throw new StaleStreamException(name.toString(), version);
                    }
                    return row.getLong(1);
                }
            }
        });
    }

    /**
     * Moves the stream behind a page that can't be used.
     *
     * @throws StaleStreamException when the stream isn't at {@code version} any more
     */
    void skip(StreamName name, long version, Cursor behind) {
        int moved = database.inTransaction(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    update caravan.poll_stream
                       set cursor = ?::jsonb, version = version + 1, failures = 0, retry_at = null, last_error = null
                     where provider = ? and stream = ? and version = ?""")) {
                update.setString(1, behind.toString());
                update.setString(2, name.provider());
                update.setString(3, name.stream());
                update.setLong(4, version);
                return update.executeUpdate();
            }
        });
        if (moved == 0) {
            throw new StaleStreamException(name.toString(), version);
        }
    }

    /** Notes a failure; the answer is how many came in a row. */
    int failed(StreamName name, String error) {
        return database.separately(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    update caravan.poll_stream set failures = failures + 1, last_error = ?
                     where provider = ? and stream = ? returning failures""")) {
                update.setString(1, error);
                update.setString(2, name.provider());
                update.setString(3, name.stream());
                try (ResultSet row = update.executeQuery()) {
                    return row.next() ? row.getInt(1) : 1;
                }
            }
        });
    }

    /** When the next attempt may come, also after a restart or on another node. */
    void retryIn(StreamName name, Duration wait) {
        database.separately(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    update caravan.poll_stream set retry_at = clock_timestamp() + ? * interval '1 microsecond'
                     where provider = ? and stream = ?""")) {
                update.setLong(1, wait.toNanos() / 1_000);
                update.setString(2, name.provider());
                update.setString(3, name.stream());
                return update.executeUpdate();
            }
        });
    }

    /** Stops the stream until {@link #resume}. */
    void halt(StreamName name, String reason) {
        database.separately(connection -> update(connection, """
                update caravan.poll_stream set halted_at = clock_timestamp(), halted_reason = ?
                 where provider = ? and stream = ? and halted_at is null""", reason, name.provider(), name.stream()));
    }

    /**
     * Lets streams go on where they stand, after their cause was mended: the operation behind {@code caravan poll resume acme} and {@code … acme/packets}.
     *
     * @param stream one stream of the provider; null for all
     * @return how many were halted or waiting after failures
     */
    public int resume(String provider, @Nullable String stream) {
        return database.separately(connection -> update(connection, """
                update caravan.poll_stream
                   set halted_at = null, halted_reason = null, failures = 0, retry_at = null
                 where provider = ? and stream = coalesce(?, stream) and (halted_at is not null or failures > 0)""", provider, stream));
    }

    /** How all streams stand, by provider and name. */
    public List<Standing> standings() {
        return database.inTransaction(connection -> {
            List<Standing> standings = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement("""
                            select provider, stream, case when owned_until > clock_timestamp() then owner end, last_page_at, newest_record_at,
                                   failures, last_error, halted_at, halted_reason
                              from caravan.poll_stream order by provider, stream""");
                    ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    standings.add(new Standing(
                            row.getString(1),
                            row.getString(2),
                            Optional.ofNullable(row.getString(3)),
                            instant(row, 4),
                            instant(row, 5),
                            row.getInt(6),
                            Optional.ofNullable(row.getString(7)),
                            instant(row, 8),
                            Optional.ofNullable(row.getString(9))));
                }
            }
            return standings;
        });
    }

    private static StreamState state(ResultSet row) throws SQLException, JsonProcessingException {
        String history = row.getString(3);
        return new StreamState(
                new Cursor((ObjectNode) JSON.readTree(row.getString(1))),
                row.getLong(2),
                history == null ? PollHistory.NONE : PollHistoryJson.read(JSON.readTree(history)),
                row.getInt(4),
                instant(row, 5),
                Optional.ofNullable(row.getString(6)));
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }

    private static int update(Connection connection, String sql, @Nullable String... values) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                update.setString(i + 1, values[i]);
            }
            return update.executeUpdate();
        }
    }
}

package io.caravan.dedup;

import io.caravan.batch.RawRecord;
import io.caravan.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The log of what was dropped, table {@code caravan.dedup_dropped}, and how far each reader has read it; joins this thread's transaction. */
final class DroppedRepository {
    private final Database database;

    DroppedRepository(Database database) {
        this.database = database;
    }

    /** Where a reader stands: behind this row. */
    record Position(long transaction, long id) {}

    /** Some duplicates in the order of the log, and the position behind the last one. */
    record Page(List<Duplicate> duplicates, Position end) {}

    /** Logs the duplicates of one batch, in one statement. A failure must be let through to the batch's work. */
    void log(List<Duplicate> duplicates) {
        if (duplicates.isEmpty()) {
            return;
        }
        Duplicate any = duplicates.get(0);
        database.joinTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("""
                    insert into caravan.dedup_dropped
                        (repository, key, hash, hash_version, first_seen, seen_again, batch, source, record)
                    select ?, d.key, d.hash, ?, d.first_seen, d.seen_again, ?, ?, d.record
                    from unnest(?::text[], ?::uuid[], ?::timestamptz[], ?::timestamptz[], ?::text[])
                        as d (key, hash, first_seen, seen_again, record)
                    """)) {
                statement.setString(1, any.repository());
                statement.setShort(2, any.hashVersion());
                statement.setObject(3, any.batch());
                statement.setString(4, any.source());
                statement.setArray(5, column(connection, "text", duplicates, Duplicate::key));
                statement.setArray(6, column(connection, "uuid", duplicates, Duplicate::hash));
                statement.setArray(7, column(connection, "text", duplicates, Duplicate::firstSeen));
                statement.setArray(8, column(connection, "text", duplicates, Duplicate::seenAgain));
                statement.setArray(
                        9,
                        column(connection, "text", duplicates, d -> d.record().printable()));
                return statement.executeUpdate();
            }
        });
    }

    private static java.sql.Array column(
            Connection connection, String type, List<Duplicate> duplicates, Function<Duplicate, Object> value)
            throws SQLException {
        return connection.createArrayOf(
                type, duplicates.stream().map(value).map(Object::toString).toArray());
    }

    /** Makes a reader known; a new one starts with what is dropped from now on. */
    void register(String repository, String reader) {
        database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("""
                    insert into caravan.dedup_reader (repository, reader, transaction, id)
                    values (?, ?, pg_snapshot_xmin(pg_current_snapshot()), 0)
                    on conflict do nothing
                    """)) {
                statement.setString(1, repository);
                statement.setString(2, reader);
                return statement.executeUpdate();
            }
        });
    }

    /** Where the reader stands, locked until the transaction ends; empty while another node is reading for it. */
    Optional<Position> claim(String repository, String reader) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("""
                    select transaction::text::bigint, id from caravan.dedup_reader
                    where repository = ? and reader = ? for no key update skip locked
                    """)) {
                statement.setString(1, repository);
                statement.setString(2, reader);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next()
                            ? Optional.of(new Position(rows.getLong(1), rows.getLong(2)))
                            : Optional.<Position>empty();
                }
            }
        });
    }

    /**
     * The next duplicates of the log. Rows are ordered by the transaction that wrote them, and only those are read before which no transaction can commit any
     * more, so that a slow batch's rows are not passed over.
     */
    Page read(String repository, Position from, int atMost) {
        return database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("""
                    select transaction::text::bigint as transaction_id, id, key, hash, hash_version, first_seen, seen_again, batch, source, record
                    from caravan.dedup_dropped
                    where repository = ? and (transaction, id) > (?::text::xid8, ?)
                      and transaction < pg_snapshot_xmin(pg_current_snapshot())
                    order by transaction, id
                    limit ?
                    """)) {
                statement.setString(1, repository);
                statement.setString(2, Long.toString(from.transaction()));
                statement.setLong(3, from.id());
                statement.setInt(4, atMost);
                return page(repository, from, statement);
            }
        });
    }

    private static Page page(String repository, Position from, PreparedStatement statement) throws SQLException {
        List<Duplicate> duplicates = new ArrayList<>();
        Position end = from;
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                duplicates.add(duplicate(repository, rows));
                end = new Position(rows.getLong("transaction_id"), rows.getLong("id"));
            }
        }
        return new Page(duplicates, end);
    }

    private static Duplicate duplicate(String repository, ResultSet row) throws SQLException {
        return new Duplicate(
                repository,
                row.getString("key"),
                row.getObject("hash", UUID.class),
                row.getShort("hash_version"),
                row.getObject("first_seen", OffsetDateTime.class).toInstant(),
                row.getObject("seen_again", OffsetDateTime.class).toInstant(),
                row.getObject("batch", UUID.class),
                row.getString("source"),
                RawRecord.of(row.getString("record")));
    }

    /** The reader has done with everything up to here. */
    void advance(String repository, String reader, Position to) {
        database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("""
                    update caravan.dedup_reader set transaction = ?::text::xid8, id = ? where repository = ? and reader = ?
                    """)) {
                statement.setString(1, Long.toString(to.transaction()));
                statement.setLong(2, to.id());
                statement.setString(3, repository);
                statement.setString(4, reader);
                return statement.executeUpdate();
            }
        });
    }
}

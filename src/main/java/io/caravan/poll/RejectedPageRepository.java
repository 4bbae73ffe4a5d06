package io.caravan.poll;

import io.caravan.database.Database;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.UUID;

/** Pages that are not what the stream declares, kept byte for byte in {@code caravan.rejected_page}. Safe for any thread. */
public final class RejectedPageRepository {
    private final Database database;

    public RejectedPageRepository(Database database) {
        this.database = database;
    }

    /** Which attempt at this place of the stream gave a page that can't be used, and the row that keeps it. */
    record Rejection(long id, int attempts) {}

    /** Keeps a page; the same bytes at the same place are kept once and counted. */
    Rejection keep(StreamName name, Cursor cursor, long version, BadPage page) {
        return database.separately(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("""
                    with kept as (
                      insert into caravan.rejected_page as p (provider, stream, cursor, version, body_hash, url, status, content_type, reason, body)
                      values (?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?)
                      on conflict (provider, stream, version, body_hash) do update
                         set attempts = p.attempts + 1, last_at = clock_timestamp(), reason = excluded.reason, outcome = 'RETRYING'
                      returning id, attempts)
                    select id, attempts + coalesce((select sum(attempts) from caravan.rejected_page o
                                                     where o.provider = ? and o.stream = ? and o.version = ? and o.id <> kept.id), 0)
                      from kept""")) {
                insert.setString(1, name.provider());
                insert.setString(2, name.stream());
                insert.setString(3, cursor.toString());
                insert.setLong(4, version);
                insert.setObject(5, hash(page.response().body()));
                insert.setString(6, page.url());
                insert.setInt(7, page.response().status());
                insert.setString(8, page.response().header("content-type").orElse(null));
                insert.setString(9, page.reason());
                insert.setBytes(10, page.response().body());
                insert.setString(11, name.provider());
                insert.setString(12, name.stream());
                insert.setLong(13, version);
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    return new Rejection(row.getLong(1), row.getInt(2));
                }
            }
        });
    }

    /** What became of the pages that were rejected at this place of the stream: RECOVERED, SKIPPED or HALTED. Joins the transaction of the thread. */
    void settle(StreamName name, long version, String outcome) {
        database.runInTransaction(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    update caravan.rejected_page set outcome = ?
                     where provider = ? and stream = ? and version = ? and outcome in ('RETRYING', 'HALTED')""")) {
                update.setString(1, outcome);
                update.setString(2, name.provider());
                update.setString(3, name.stream());
                update.setLong(4, version);
                update.executeUpdate();
            }
        });
    }

    /** Deletes pages that are older than {@code age} and no longer retried; the answer is how many. */
    int prune(String provider, Duration age) {
        return database.separately(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("""
                    delete from caravan.rejected_page
                     where provider = ? and outcome in ('RECOVERED', 'SKIPPED') and last_at < clock_timestamp() - ? * interval '1 microsecond'""")) {
                delete.setString(1, provider);
                delete.setLong(2, age.toNanos() / 1_000);
                return delete.executeUpdate();
            }
        });
    }

    private static UUID hash(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            java.nio.ByteBuffer bits = java.nio.ByteBuffer.wrap(digest);
            return new UUID(bits.getLong(), bits.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}

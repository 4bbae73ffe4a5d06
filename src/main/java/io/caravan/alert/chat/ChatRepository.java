package io.caravan.alert.chat;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The messages of the board. Joins the transaction of its caller. */
final class ChatRepository {
    /** Versions become visible in their order only if one is given at a time. */
    private static final Query LOCK = Query.of("select pg_advisory_xact_lock(hashtext('caravan.alert_chat'))");

    private static final Query PUT = Query.of("""
            insert into caravan.alert_chat (id, version, receiver, shown_at, changed_at, message)
            values (:id, nextval('caravan.alert_chat_version'), :receiver, :at, :at, :message::jsonb)
                on conflict (id) do update set version = excluded.version, changed_at = excluded.changed_at, message = excluded.message""");

    private static final Query FORGET = Query.of("""
            delete from caravan.alert_chat
             where changed_at < :before
                or version <= (select version from caravan.alert_chat order by version desc offset :most limit 1)""");

    private static final Query NEWEST = Query.of("""
            select id, version, receiver, shown_at, changed_at, message::text from caravan.alert_chat order by shown_at desc, version desc limit :limit""");

    private static final Query AFTER = Query.of("""
            select id, version, receiver, shown_at, changed_at, message::text from caravan.alert_chat where version > :version order by version limit :limit""");

    private final Database database;

    ChatRepository(Database database) {
        this.database = database;
    }

    void lock() {
        LOCK.on(database).first(row -> true);
    }

    /** Puts a message there, or in the place of the one of its id. */
    void put(UUID id, String receiver, String message, Instant at) {
        PUT.on(database)
                .set("id", id)
                .set("receiver", receiver)
                .set("message", message)
                .set("at", at)
                .update();
    }

    /** Drops what is older, and all but so many. */
    void forget(Instant before, int most) {
        FORGET.on(database).set("before", before).set("most", most).update();
    }

    List<ChatMessage> newest(int limit) {
        return NEWEST.on(database).set("limit", limit).list(ChatRepository::message);
    }

    List<ChatMessage> after(long version, int limit) {
        return AFTER.on(database).set("version", version).set("limit", limit).list(ChatRepository::message);
    }

    private static ChatMessage message(ResultSet row) throws SQLException {
        return new ChatMessage(
                Query.uuid(row, "id"),
                row.getLong("version"),
                row.getString("receiver"),
                Query.requiredInstant(row, "shown_at"),
                Query.requiredInstant(row, "changed_at"),
                row.getString("message"));
    }
}

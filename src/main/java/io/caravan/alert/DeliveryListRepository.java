package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Messages as people look at them. */
public final class DeliveryListRepository {
    private static final Query NEWEST = Query.of("""
            select id, receiver, channel, severity, kind, state, message ->> 'summary' as summary, signal_at, due_at, sent_at, tries, error
              from caravan.alert_delivery
             where (state = 'FAILED' or not :failed) and (receiver = :receiver or :receiver = '')
             order by id desc
             limit :limit""");

    private final Database database;

    DeliveryListRepository(Database database) {
        this.database = database;
    }

    /** One message. */
    public record Row(
            UUID id,
            String receiver,
            String channel,
            Severity severity,
            MessageKind kind,
            DeliveryState state,
            String summary,
            Instant signalAt,
            Instant dueAt,
            Optional<Instant> sentAt,
            int tries,
            Optional<String> error) {}

    List<Row> newest(boolean onlyFailed, Optional<String> receiver, int limit) {
        return NEWEST.on(database)
                .set("failed", onlyFailed)
                .set("receiver", receiver.orElse(""))
                .set("limit", limit)
                .list(row -> new Row(
                        Query.uuid(row, "id"),
                        row.getString("receiver"),
                        row.getString("channel"),
                        Severity.valueOf(row.getString("severity")),
                        MessageKind.valueOf(row.getString("kind")),
                        DeliveryState.valueOf(row.getString("state")),
                        row.getString("summary"),
                        Query.requiredInstant(row, "signal_at"),
                        Query.requiredInstant(row, "due_at"),
                        Optional.ofNullable(Query.instant(row, "sent_at")),
                        row.getInt("tries"),
                        Optional.ofNullable(row.getString("error"))));
    }
}

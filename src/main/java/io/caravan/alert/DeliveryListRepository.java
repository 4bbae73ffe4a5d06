package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Messages as people look at them. */
public final class DeliveryListRepository {
    private static final Query NEWEST = Query.of("""
            select id, receiver, channel, severity, kind, state, message ->> 'summary' as summary, signal_at, due_at, sent_at, delivered_at, read_at, tries, error
              from caravan.alert_delivery
             where (state = 'FAILED' or not :failed) and (receiver = :receiver or :receiver = '')
             order by id desc
             limit :limit""");

    /** Each critical incident that is open, nobody has acknowledged and no message about it has reached anybody or is on its way with hope. */
    private static final Query UNREACHED = Query.of("""
            select d.receiver, d.channel, d.error, d.unreached_at, i.number, i.summary
              from caravan.alert_delivery d
              join caravan.alert_member m on m.group_id = d.group_id and d.unreached_at >= m.told_at
              join caravan.alert_incident i on i.id = m.incident
             where d.unreached_at is not null and d.state not in ('SENT', 'DELIVERED', 'READ') and i.state = 'OPEN' and i.severity = 'CRITICAL' and i.hidden_by is null
               and not exists (select from caravan.alert_member o join caravan.alert_delivery s on s.group_id = o.group_id
                                where o.incident = i.id
                                  and (s.sent_at >= o.told_at or (s.state in ('QUEUED', 'SENDING') and s.unreached_at is null)))
            union all
            select '', '', 'config/alerts.yaml names nobody who hears of it', i.last_at, i.number, i.summary
              from caravan.alert_incident i
             where i.state = 'OPEN' and i.severity = 'CRITICAL' and i.hidden_by is null
               and not exists (select from caravan.alert_member m where m.incident = i.id)
             order by unreached_at, number""");

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
            Optional<Instant> deliveredAt,
            Optional<Instant> readAt,
            int tries,
            Optional<String> error) {}

    /**
     * A critical incident that nobody could be told of.
     *
     * @param receiver the last one that was tried; empty: there is none
     * @param number the incident's
     */
    public record Unreached(String receiver, String channel, String error, Instant since, long number, String summary) {
        /** What is wrong, and what to do. */
        public String sentence() {
            String told = "Nobody could be told of the critical incident " + number + ", " + summary + ": ";
            String instead = " Tell them in another way and caravan alert ack " + number + ", or ";
            return receiver.isEmpty()
                    ? told + error + "." + instead + "name somebody there."
                    : told + receiver + " can't be reached by " + channel + " since " + since + " (" + error + ")."
                            + instead + "mend the channel and caravan alert resend --receiver " + receiver + ".";
        }
    }

    List<Unreached> unreached() {
        return UNREACHED
                .on(database)
                .list(row -> new Unreached(
                        row.getString("receiver"),
                        row.getString("channel"),
                        row.getString("error"),
                        Query.requiredInstant(row, "unreached_at"),
                        row.getLong("number"),
                        row.getString("summary")));
    }

    List<Row> newest(boolean onlyFailed, Optional<String> receiver, int limit) {
        return NEWEST.on(database)
                .set("failed", onlyFailed)
                .set("receiver", receiver.orElse(""))
                .set("limit", limit)
                .list(DeliveryListRepository::row);
    }

    static Row row(ResultSet row) throws SQLException {
        return new Row(
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
                Optional.ofNullable(Query.instant(row, "delivered_at")),
                Optional.ofNullable(Query.instant(row, "read_at")),
                row.getInt("tries"),
                Optional.ofNullable(row.getString("error")));
    }
}

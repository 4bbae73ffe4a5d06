package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Messages on their way. Joins the transaction of its caller. */
final class DeliveryRepository {
    /** On which nodes hear that there is something to send or to look at. */
    static final String CHANNEL = "caravan_alert";

    private static final Query INSERT = Query.of("""
            with queued as (
              insert into caravan.alert_delivery
                     (id, group_id, receiver, channel, address, severity, kind, state, message, fallback, signal_at, due_at)
              values (:id, :group, :receiver, :channel, :address, :severity, :kind, 'QUEUED', :message::jsonb, :fallback::text[], :signal, :due)
              returning id)
            select pg_notify(:notify, '') from queued""");

    /** A message that has not been sent says what holds now; one that its receiver knows nothing of before stays the first. */
    private static final Query SUPERSEDE = Query.of("""
            with waiting as (
              select id, case when kind = 'FIRING' and :kind in ('UPDATE', 'REPEAT') then 'FIRING' else :kind end as kind
                from caravan.alert_delivery
               where group_id = :group and receiver = :receiver and state = 'QUEUED' and kind <> 'ESCALATION'
               order by id desc
               limit 1
                 for update skip locked),
            changed as (
              update caravan.alert_delivery d
                 set kind = w.kind, severity = :severity,
                     message = :message::jsonb || jsonb_build_object('id', d.id::text, 'kind', lower(w.kind)),
                     due_at = case when tries > 0 then due_at else least(due_at, :due) end
                from waiting w where d.id = w.id
              returning d.id)
            select pg_notify(:notify, '') from changed""");

    /** Of each group the oldest message that is not sent comes first, so that a recovery never overtakes its problem. */
    private static final String CLAIM = """
            update caravan.alert_delivery d set state = 'SENDING', leased_until = :now + :lease * interval '1 microsecond'
             where id = (select q.id from caravan.alert_delivery q
                          where q.state = 'QUEUED' and %s
                            and not exists (select from caravan.alert_delivery earlier
                                             where earlier.group_id = q.group_id and earlier.receiver = q.receiver and earlier.id < q.id
                                               and earlier.state in ('QUEUED', 'SENDING'))
                          order by q.severity <> 'CRITICAL', q.due_at, q.id
                          limit 1
                            for update skip locked)
            returning id, group_id, receiver, channel, address, severity, kind, message::text, fallback, signal_at, tries,
                      (select thread from caravan.alert_group g where g.id = d.group_id) as thread""";

    private static final Query CLAIM_FOR = Query.of(CLAIM.formatted(
            "q.due_at <= :now and q.channel = any(:channels) and (q.severity = 'CRITICAL' or not :critical)"));

    private static final Query CLAIM_UNSERVED =
            Query.of(CLAIM.formatted("q.due_at <= :before and q.channel <> all(:channels)"));

    private static final Query NEXT_DUE = Query.of("""
            select min(due_at) as at from caravan.alert_delivery where state = 'QUEUED' and due_at > :now and channel = any(:channels)""");

    private static final Query SENT = Query.of("""
            update caravan.alert_delivery set state = 'SENT', sent_at = :now, leased_until = null, error = null, tries = tries + 1
             where id = :id and state = 'SENDING'""");

    private static final Query RETRY = Query.of("""
            update caravan.alert_delivery set state = 'QUEUED', due_at = :at, leased_until = null, error = :error, tries = tries + 1
             where id = :id and state = 'SENDING'""");

    private static final Query FAILED = Query.of("""
            update caravan.alert_delivery set state = 'FAILED', leased_until = null, error = :error, tries = tries + 1
             where id = :id and state = 'SENDING'""");

    private static final Query RECLAIM = Query.of("""
            update caravan.alert_delivery set state = 'QUEUED', leased_until = null, tries = tries + 1,
                   error = 'the node that was sending it has died; whether it was sent is not known'
             where state = 'SENDING' and leased_until <= :now""");

    private static final Query RESEND = Query.of("""
            update caravan.alert_delivery set state = 'QUEUED', due_at = :now, tries = 0 where state = 'FAILED' and id = any(:ids::uuid[])""");

    private static final Query CONFIRMED = Query.of("""
            update caravan.alert_delivery set state = :state where id = :id and state in ('SENT', 'DELIVERED')""");

    private final Database database;

    DeliveryRepository(Database database) {
        this.database = database;
    }

    /** Puts the message in place of one of its group that still waits for being sent. False: there is none. */
    boolean supersede(Delivery delivery, Instant due) {
        return SUPERSEDE
                .on(database)
                .set("group", delivery.group().orElseThrow())
                .set("receiver", delivery.receiver())
                .set("kind", delivery.kind())
                .set("severity", delivery.severity())
                .set("message", delivery.message())
                .set("due", due)
                .set("notify", CHANNEL)
                .first(row -> true)
                .isPresent();
    }

    void insert(Delivery delivery, Instant due) {
        INSERT.on(database)
                .set("id", delivery.id())
                .set("group", delivery.group().orElse(null))
                .set("receiver", delivery.receiver())
                .set("channel", delivery.channel())
                .set("address", delivery.address())
                .set("severity", delivery.severity())
                .set("kind", delivery.kind())
                .set("message", delivery.message())
                .set("fallback", delivery.fallback())
                .set("signal", delivery.signalAt())
                .set("due", due)
                .set("notify", CHANNEL)
                .first(row -> true);
    }

    /**
     * A message that is due, ours for the time of the lease.
     *
     * @param channels those that this node serves
     * @param critical whether only critical ones are wanted
     */
    Optional<Delivery> claim(List<String> channels, boolean critical, Duration lease, Instant now) {
        return CLAIM_FOR
                .on(database)
                .set("now", now)
                .set("lease", lease)
                .set("channels", channels)
                .set("critical", critical)
                .first(DeliveryRepository::delivery);
    }

    /**
     * A message that has been due for long, and whose channel no route of this node serves.
     *
     * @param before since when it has been due at least, so that nodes that serve it had their chance
     */
    Optional<Delivery> claimUnserved(List<String> channels, Instant before, Duration lease, Instant now) {
        return CLAIM_UNSERVED
                .on(database)
                .set("now", now)
                .set("lease", lease)
                .set("channels", channels)
                .set("before", before)
                .first(DeliveryRepository::delivery);
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        long group = row.getLong("group_id");
        return new Delivery(
                Query.uuid(row, "id"),
                row.wasNull() ? Optional.empty() : Optional.of(group),
                row.getString("receiver"),
                row.getString("channel"),
                row.getString("address"),
                Severity.valueOf(row.getString("severity")),
                MessageKind.valueOf(row.getString("kind")),
                row.getString("message"),
                List.of((String[]) row.getArray("fallback").getArray()),
                Query.requiredInstant(row, "signal_at"),
                row.getInt("tries"),
                Optional.ofNullable(row.getString("thread")));
    }

    /** When the next one is due that is not due yet. */
    Optional<Instant> nextDue(List<String> channels, Instant now) {
        return NEXT_DUE.on(database)
                .set("channels", channels)
                .set("now", now)
                .first(row -> Optional.ofNullable(Query.instant(row, "at")))
                .flatMap(at -> at);
    }

    boolean sent(UUID id, Instant now) {
        return SENT.on(database).set("id", id).set("now", now).update() == 1;
    }

    void retry(UUID id, Instant at, String error) {
        RETRY.on(database).set("id", id).set("at", at).set("error", error).update();
    }

    boolean failed(UUID id, @Nullable String error) {
        return FAILED.on(database).set("id", id).set("error", error).update() == 1;
    }

    /** Those whose node has died are queued again; the answer is how many. */
    int reclaim(Instant now) {
        return RECLAIM.on(database).set("now", now).update();
    }

    /** Dead letters are queued again; the answer is how many. */
    int resend(List<UUID> ids, Instant now) {
        return RESEND.on(database).set("ids", ids).set("now", now).update();
    }

    boolean confirmed(UUID id, DeliveryState state) {
        return CONFIRMED.on(database).set("id", id).set("state", state).update() == 1;
    }
}

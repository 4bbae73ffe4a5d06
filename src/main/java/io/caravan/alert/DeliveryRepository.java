package io.caravan.alert;

import io.caravan.alert.routing.Receiver;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Messages on their way. Joins the transaction of its caller. */
final class DeliveryRepository {
    /** On which nodes hear that there is something to send or to look at. */
    static final String CHANNEL = "caravan_alert";

    private static final Query INSERT = Query.of("""
            with queued as (
              insert into caravan.alert_delivery
                     (id, group_id, receiver, channel, address, severity, kind, state, message, fallback, signal_at, queued_at, due_at, instead_of)
              values (:id, :group, :receiver, :channel, :address, :severity, :kind, 'QUEUED', :message::jsonb || jsonb_build_object('id', :id::text), :fallback::text[], :signal, :due, :due,
                      (select coalesce(f.instead_of, f.receiver) from caravan.alert_delivery f where f.id = :failed))
              returning id)
            select pg_notify(:notify, '') from queued""");

    /**
     * A message that has not been sent says what holds now; one whose receiver knows of nothing before stays what it is. What has become critical does not wait as long as what was not, after a failure.
     */
    private static final Query SUPERSEDE = Query.of("""
            with waiting as (
              select id, case when kind in ('FIRING', 'ESCALATION') and :kind in ('UPDATE', 'REPEAT') then kind else :kind end as kind
                from caravan.alert_delivery
               where group_id = :group and receiver = :receiver and state = 'QUEUED'
               order by id desc
               limit 1
                 for update skip locked),
            changed as (
              update caravan.alert_delivery d
                 set kind = w.kind, severity = :severity, revision = case when tries > 0 then revision + 1 else 0 end,
                     signal_at = least(signal_at, :signal),
                     queued_at = case when :severity = 'CRITICAL' and severity <> 'CRITICAL' then :due else least(queued_at, :due) end,
                     message = :message::jsonb || jsonb_build_object('id', d.id::text, 'kind', lower(w.kind)),
                     due_at = case when tries > 0 and not (:severity = 'CRITICAL' and severity <> 'CRITICAL') then due_at else least(due_at, :due) end
                from waiting w where d.id = w.id
              returning d.id)
            select pg_notify(:notify, '') from changed""");

    /** Of each group the oldest message that is not sent comes first, so that a recovery never overtakes its problem; only what is critical passes what is not. */
    private static final String IN_ORDER = """
            not exists (select from caravan.alert_delivery earlier
                         where earlier.group_id = q.group_id and earlier.receiver = q.receiver and earlier.id < q.id
                           and earlier.state in ('QUEUED', 'SENDING')
                           and (earlier.severity = 'CRITICAL' or q.severity <> 'CRITICAL' or q.kind = 'RESOLVED'))""";

    private static final String BUSY = """
            (l.free_at > :now + :ahead * interval '1 microsecond' or ((l.asked_until > :now or l.rests_until > :now or l.stopped_at is not null) and q.kind <> 'TEST'))""";

    private static final String PATIENCE = Arrays.stream(Severity.values())
            .map(severity -> "when '%s' then interval '%d seconds' "
                    .formatted(severity, RetryRule.patience(severity).toSeconds()))
            .collect(Collectors.joining("", "case q.severity ", "end"));

    static final String COLUMNS = """
            d.id, d.group_id, d.receiver, d.channel,
            coalesce((select l.moved_to from caravan.alert_line l where l.channel = d.channel and l.address = d.address), d.address) as address,
            d.severity, d.kind, d.message::text, d.fallback, d.signal_at, d.queued_at, d.revision, d.tries,
            (select r.thread from caravan.alert_reader r
              where r.group_id = d.group_id and r.receiver = d.receiver and r.channel = d.channel and r.address = d.address) as thread""";

    /** Takes the next message and its place in the line's pace, both or none. */
    private static final String CLAIM = """
            with next as (
              select q.id, q.channel, case when :each then q.address else '' end as address
                from caravan.alert_delivery q
               where q.state = 'QUEUED' and q.channel = :channel and q.due_at <= :now and q.severity %s 'CRITICAL'
                 and not exists (select from caravan.alert_line l where l.channel = :channel and l.address = '' and l.free_at > :now + :ahead * interval '1 microsecond')
                 and not exists (select from caravan.alert_line l where l.channel = q.channel and l.address in ('', q.address) and %s)
                 and %s
               order by q.due_at, q.id
               limit 1
                 for update of q skip locked),
            line as (
              insert into caravan.alert_line as l (channel, address, free_at)
              select channel, address, case when :interval > 0 then :now + :interval * interval '1 microsecond' else '-infinity' end from next
              on conflict (channel, address) do update
                 set free_at = case when l.failures >= :many then :now + :trial * interval '1 microsecond'
                                    when :interval > 0 then greatest(l.free_at, :now) + :interval * interval '1 microsecond'
                                    else l.free_at end
               where l.free_at <= :now + :ahead * interval '1 microsecond'
              returning channel)
            update caravan.alert_delivery d set state = 'SENDING', leased_until = :now + :lease * interval '1 microsecond'
              from next where d.id = next.id and exists (select from line)
            returning %s""";

    private static final Query CLAIM_CRITICAL = Query.of(CLAIM.formatted("=", BUSY, IN_ORDER, COLUMNS));
    private static final Query CLAIM_OTHERS = Query.of(CLAIM.formatted("<>", BUSY, IN_ORDER, COLUMNS));

    private static final String CLAIM_WITHOUT_LINE = """
            update caravan.alert_delivery d set state = 'SENDING', leased_until = :now + :lease * interval '1 microsecond'
             where id = (select q.id from caravan.alert_delivery q
                          where q.state = 'QUEUED' and %s and %s
                          order by q.severity <> 'CRITICAL', q.due_at, q.id
                          limit 1
                            for update of q skip locked)
            returning %s""";

    private static final Query CLAIM_UNSERVED = Query.of(CLAIM_WITHOUT_LINE.formatted(
            "q.due_at <= :before and not exists (select from caravan.alert_channel c where c.channel = q.channel and c.served_at > :before)",
            IN_ORDER,
            COLUMNS));

    /** Where the line rests, or is left alone for longer than the message may take, what has somebody else to go to; where it has stopped, all. */
    private static final Query CLAIM_BLOCKED =
            Query.of(CLAIM_WITHOUT_LINE.formatted("""
            q.due_at <= :now and q.kind <> 'TEST'
            and exists (select from caravan.alert_line l where l.channel = q.channel and l.address in ('', q.address)
                           and (l.stopped_at is not null
                                or (q.fallback <> '{}'
                                    and (l.failures >= :many and (l.rests_until > :now or l.free_at > :now)
                                         or l.asked_until > greatest(:now, q.queued_at + %s)))))""".formatted(PATIENCE), IN_ORDER, COLUMNS));

    /** What is critical, waits for its line for too long, and has nobody else to go to. */
    private static final Query ALONE = Query.of("""
            update caravan.alert_delivery d
               set unreached_at = :now, error = coalesce(d.error, l.error, 'its channel rests')
              from caravan.alert_delivery q, caravan.alert_line l
             where q.id = d.id and l.channel = q.channel and l.address in ('', q.address)
               and q.state = 'QUEUED' and q.severity = 'CRITICAL' and q.fallback = '{}' and q.unreached_at is null
               and q.queued_at + %s <= :now and (l.asked_until > :now or l.rests_until > :now)
            returning %s, d.error""".formatted(PATIENCE, COLUMNS));

    private static final Query NEXT_DUE = Query.of("""
            select min(at) as at
              from (select greatest(q.due_at, l.free_at - :ahead * interval '1 microsecond', l.rests_until, l.asked_until) as at
                      from caravan.alert_delivery q
                      left join caravan.alert_line l on l.channel = q.channel and l.address = case when :each then q.address else '' end
                     where q.state = 'QUEUED' and q.channel = :channel and (q.severity = 'CRITICAL') = :critical) as ready
             where at > :now""");

    /** Also says whether its receiver was known to be out of reach. */
    private static final Query SENT = Query.of("""
            update caravan.alert_delivery
               set state = 'SENT', sent_at = :now, leased_until = null, error = null, unreached_at = null, tries = tries + 1,
                   confirm_by = :confirm::timestamptz, unconfirmed_at = null
             where id = :id and state = 'SENDING'
            returning exists (select from caravan.alert_incident i where i.key = :trouble and i.state <> 'RESOLVED') as troubled""");

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

    private static final Query WITHDRAW = Query.of("""
            delete from caravan.alert_delivery where group_id = :group and state = 'QUEUED' and tries = 0 and kind <> 'RESOLVED'
            returning kind""");

    /** What nobody has got for sure, and that others may be told of. */
    private static final Query PENDING = Query.of("""
            select distinct receiver, channel, address, instead_of, fallback, state = 'QUEUED' as waits from caravan.alert_delivery
             where (state in ('QUEUED', 'SENDING') or confirm_by is not null) and kind not in ('TEST', 'HEARTBEAT')""");

    private static final Query READDRESS = Query.of("""
            update caravan.alert_delivery set channel = :channel, address = :address
             where state = 'QUEUED' and receiver = :receiver and channel = :oldChannel and address = :oldAddress""");

    private static final Query FALL_BACK = Query.of("""
            update caravan.alert_delivery set fallback = :fallback::text[]
             where (state in ('QUEUED', 'SENDING') or confirm_by is not null) and kind not in ('TEST', 'HEARTBEAT')
               and receiver = :receiver and instead_of is not distinct from :insteadOf and fallback = :old::text[]""");

    /** Of each group and receiver the newest message, if it has failed. */
    private static final Query DEAD = Query.of("""
            select %s from (select distinct on (group_id, receiver) * from caravan.alert_delivery
                             where group_id is not null and (receiver = :receiver or :receiver = '')
                             order by group_id, receiver, id desc) d
             where d.state = 'FAILED'
             order by d.id""".formatted(COLUMNS));

    private static final Query RENEW = Query.of("""
            update caravan.alert_delivery set leased_until = :now + :lease * interval '1 microsecond'
             where state = 'SENDING' and id = any(:ids::uuid[])""");

    private static final Query RESEND = Query.of("""
            update caravan.alert_delivery
               set state = 'QUEUED', channel = :channel, address = :address, fallback = :fallback::text[], instead_of = null, severity = :severity,
                   message = :message::jsonb, revision = revision + 1, queued_at = :now, due_at = :now, tries = 0, unreached_at = null
             where state = 'FAILED' and id = :id""");

    /** Receivers that have a message of the group that is as new, and whether one of these has not failed. */
    private static final Query TOLD = Query.of("""
            select receiver, bool_or(state <> 'FAILED') as hope from caravan.alert_delivery
             where group_id = :group and id <> :id and receiver <> :receiver
               and (message ->> 'at')::timestamptz >= ((:message::jsonb) ->> 'at')::timestamptz
             group by receiver""");

    private static final Query UNREACHED = Query.of("""
            update caravan.alert_delivery set unreached_at = coalesce(unreached_at, :now) where id = :id""");

    private final Database database;

    DeliveryRepository(Database database) {
        this.database = database;
    }

    /** Puts the message in place of one of its group that still waits for being sent. False: there is none. */
    boolean supersede(Delivery delivery) {
        return SUPERSEDE
                .on(database)
                .set("group", delivery.group().orElseThrow())
                .set("receiver", delivery.receiver())
                .set("kind", delivery.kind())
                .set("severity", delivery.severity())
                .set("message", delivery.message())
                .set("signal", delivery.signalAt())
                .set("due", delivery.queuedAt())
                .set("notify", CHANNEL)
                .first(row -> true)
                .isPresent();
    }

    void insert(Delivery delivery) {
        insert(delivery, null);
    }

    /**
     * A message that is to be sent.
     *
     * @param failed the one instead of which it is; null: none
     */
    void insert(Delivery delivery, @Nullable UUID failed) {
        INSERT.on(database)
                .set("failed", failed)
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
                .set("due", delivery.queuedAt())
                .set("notify", CHANNEL)
                .first(row -> true);
    }

    /** A message that is due and that its line takes now, ours for the time of the lease. */
    Optional<Delivery> claim(String channel, Pace pace, Lane lane, Duration lease, Instant now) {
        Query claim = lane == Lane.CRITICAL ? CLAIM_CRITICAL : CLAIM_OTHERS;
        return claim.on(database)
                .set("channel", channel)
                .set("each", pace.perAddress())
                .set("interval", pace.interval())
                .set("ahead", pace.ahead(lane))
                .set("many", LineRule.RESTS_AFTER)
                .set("trial", LineRule.TRIAL)
                .set("lease", lease)
                .set("now", now)
                .first(DeliveryRepository::delivery);
    }

    /**
     * A message whose channel no route of any node serves.
     *
     * @param before since when it has been due, and the channel not been served, at least
     */
    Optional<Delivery> claimUnserved(Instant before, Duration lease, Instant now) {
        return CLAIM_UNSERVED
                .on(database)
                .set("now", now)
                .set("lease", lease)
                .set("before", before)
                .first(DeliveryRepository::delivery);
    }

    /** A message whose line does not take it now, and that somebody else could get. */
    Optional<Delivery> claimBlocked(Duration lease, Instant now) {
        return CLAIM_BLOCKED
                .on(database)
                .set("many", LineRule.RESTS_AFTER)
                .set("lease", lease)
                .set("now", now)
                .first(DeliveryRepository::delivery);
    }

    /** Critical messages that wait for their line for too long, and why; nobody else is named. Each is found once. */
    Map<Delivery, String> alone(Instant now) {
        Map<Delivery, String> alone = new LinkedHashMap<>();
        ALONE.on(database).set("now", now).list(row -> alone.put(delivery(row), row.getString("error")));
        return alone;
    }

    static Delivery delivery(ResultSet row) throws SQLException {
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
                Query.requiredInstant(row, "queued_at"),
                row.getInt("revision"),
                row.getInt("tries"),
                Optional.ofNullable(row.getString("thread")));
    }

    /** When the next one can go that can't go yet. */
    Optional<Instant> nextDue(String channel, Pace pace, Lane lane, Instant now) {
        return NEXT_DUE.on(database)
                .set("channel", channel)
                .set("each", pace.perAddress())
                .set("ahead", pace.ahead(lane))
                .set("critical", lane == Lane.CRITICAL)
                .set("now", now)
                .first(row -> Optional.ofNullable(Query.instant(row, "at")))
                .flatMap(at -> at);
    }

    /**
     * It was sent.
     *
     * @param trouble key of the incident that its receiver can't be reached
     * @param confirm by when the service has to say that it is there; null: nobody waits for that
     * @return whether that incident is open
     */
    boolean sent(UUID id, String trouble, @Nullable Instant confirm, Instant now) {
        return SENT.on(database)
                .set("id", id)
                .set("trouble", trouble)
                .set("confirm", confirm)
                .set("now", now)
                .first(row -> row.getBoolean("troubled"))
                .orElse(false);
    }

    /** Who else has been told of the same or of what came later, or will be; and whether there is hope that it arrives. */
    Map<String, Boolean> told(Delivery delivery) {
        Map<String, Boolean> told = new HashMap<>();
        delivery.group()
                .ifPresent(group -> TOLD.on(database)
                        .set("group", group)
                        .set("id", delivery.id())
                        .set("receiver", delivery.receiver())
                        .set("message", delivery.message())
                        .list(row -> told.put(row.getString("receiver"), row.getBoolean("hope"))));
        return told;
    }

    /** Nobody is left who could be told instead. */
    void unreached(UUID id, Instant now) {
        UNREACHED.on(database).set("id", id).set("now", now).update();
    }

    void retry(UUID id, Instant at, String error) {
        RETRY.on(database).set("id", id).set("at", at).set("error", error).update();
    }

    boolean failed(UUID id, @Nullable String error) {
        return FAILED.on(database).set("id", id).set("error", error).update() == 1;
    }

    void renew(List<UUID> ids, Duration lease, Instant now) {
        RENEW.on(database).set("ids", ids).set("lease", lease).set("now", now).update();
    }

    /** Those whose node has died are queued again; the answer is how many. */
    int reclaim(Instant now) {
        return RECLAIM.on(database).set("now", now).update();
    }

    /** Messages of a group that nobody has tried to send are not sent; the answer is what kinds of messages they were. */
    Set<MessageKind> withdraw(long group) {
        return WITHDRAW
                .on(database)
                .set("group", group)
                .list(row -> MessageKind.valueOf(row.getString("kind")))
                .stream()
                .collect(Collectors.toSet());
    }

    /**
     * Where messages for a receiver are to go that nobody has got for sure.
     *
     * @param insteadOf who was to be told first; empty: the receiver
     * @param fallback who is told next
     * @param waits whether it has still to be sent
     */
    record Pending(
            String receiver,
            String channel,
            String address,
            Optional<String> insteadOf,
            List<String> fallback,
            boolean waits) {
        Pending {
            fallback = List.copyOf(fallback);
        }
    }

    List<Pending> pending() {
        return PENDING.on(database)
                .list(row -> new Pending(
                        row.getString("receiver"),
                        row.getString("channel"),
                        row.getString("address"),
                        Optional.ofNullable(row.getString("instead_of")),
                        List.of((String[]) row.getArray("fallback").getArray()),
                        row.getBoolean("waits")));
    }

    /** What waits goes to where its receiver is reached now. */
    void readdress(Pending old, Receiver receiver) {
        READDRESS
                .on(database)
                .set("receiver", old.receiver())
                .set("oldChannel", old.channel())
                .set("oldAddress", old.address())
                .set("channel", receiver.channel())
                .set("address", receiver.address())
                .update();
    }

    /** These are told where the receiver can't be. */
    void fallBack(Pending old, List<String> fallback) {
        FALL_BACK
                .on(database)
                .set("receiver", old.receiver())
                .set("insteadOf", old.insteadOf().orElse(null))
                .set("old", old.fallback())
                .set("fallback", fallback)
                .update();
    }

    /** The last messages to receivers, all or one, that have failed. */
    List<Delivery> dead(Optional<String> receiver) {
        return DEAD.on(database).set("receiver", receiver.orElse("")).list(DeliveryRepository::delivery);
    }

    /** A dead letter is queued again, for where its receiver is reached now. False: it is no longer one. */
    boolean resend(UUID id, Receiver receiver, Severity severity, String message, Instant now) {
        return RESEND.on(database)
                        .set("id", id)
                        .set("channel", receiver.channel())
                        .set("address", receiver.address())
                        .set("fallback", receiver.fallback())
                        .set("severity", severity)
                        .set("message", message)
                        .set("now", now)
                        .update()
                == 1;
    }
}

package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Lines: the pace of channels, and those that rest. Joins the transaction of its caller. */
final class LineRepository {
    private static final Query FAILED = Query.of("""
            insert into caravan.alert_line as l (channel, address, failures, error)
            select channel, case when :each then address else '' end, 1, :error from caravan.alert_delivery where id = :delivery
            on conflict (channel, address) do update set failures = l.failures + 1, error = :error
            returning failures""");

    private static final Query RESTS = Query.of("""
            update caravan.alert_line l set rests_until = :until
              from caravan.alert_delivery d
             where d.id = :delivery and l.channel = d.channel and l.address = case when :each then d.address else '' end""");

    private static final Query WAITS = Query.of("""
            insert into caravan.alert_line as l (channel, address, asked_until, error)
            select channel, case when :each then address else '' end, :until, :error from caravan.alert_delivery where id = :delivery
            on conflict (channel, address) do update set asked_until = greatest(l.asked_until, :until), error = :error""");

    private static final Query STOPPED = Query.of("""
            insert into caravan.alert_line as l (channel, address, stopped_at, error)
            select channel, case when :each then address else '' end, :now, :error from caravan.alert_delivery where id = :delivery
            on conflict (channel, address) do update set stopped_at = :now, error = :error""");

    private static final Query MOVED = Query.of("""
            insert into caravan.alert_line as l (channel, address, moved_to)
            select channel, address, :to from caravan.alert_delivery where id = :delivery
            on conflict (channel, address) do update set moved_to = :to""");

    /** A message that was on its way when the service asked to be left alone says nothing against that; one that somebody sent to try it does. */
    private static final Query WORKS = Query.of("""
            update caravan.alert_line l
               set failures = 0, rests_until = null, stopped_at = null, asked_until = null, error = null,
                   free_at = case when failures > 0 then least(free_at, :now) else free_at end
              from caravan.alert_delivery d
             where d.id = :delivery and l.channel = d.channel and l.address in ('', d.address)
               and (l.failures > 0 or l.stopped_at is not null or l.asked_until <= :now or (l.asked_until is not null and d.kind = 'TEST'))""");

    private static final Query TRY_AGAIN = Query.of("""
            update caravan.alert_line l set rests_until = null, stopped_at = null, asked_until = null, free_at = '-infinity'
             where exists (select from caravan.alert_delivery d where d.id = any(:deliveries::uuid[]) and d.channel = l.channel and l.address in ('', d.address))""");

    private static final Query LIST = Query.of("""
            select channel, address, failures, greatest(rests_until, asked_until) as until, moved_to, error,
                   case when stopped_at is not null then 'STOPPED' when failures >= :many or asked_until > :now then 'RESTING' else 'WORKING' end as state
              from caravan.alert_line
             where failures > 0 or stopped_at is not null or moved_to is not null or asked_until > :now
             order by channel, address""");

    private final Database database;

    LineRepository(Database database) {
        this.database = database;
    }

    /** A message could not be sent; the answer is how many in a row now. */
    int failed(UUID delivery, Pace pace, String error) {
        return FAILED.on(database)
                .set("delivery", delivery)
                .set("each", pace.perAddress())
                .set("error", error)
                .first(row -> row.getInt("failures"))
                .orElse(0);
    }

    void rests(UUID delivery, Pace pace, Instant until) {
        RESTS.on(database)
                .set("delivery", delivery)
                .set("each", pace.perAddress())
                .set("until", until)
                .update();
    }

    /** The service wants to be left alone. */
    void waits(UUID delivery, Pace pace, Instant until, String error) {
        WAITS.on(database)
                .set("error", error)
                .set("delivery", delivery)
                .set("each", pace.perAddress())
                .set("until", until)
                .update();
    }

    /** There is nothing to send to. */
    void stopped(UUID delivery, Pace pace, String error, Instant now) {
        STOPPED.on(database)
                .set("delivery", delivery)
                .set("each", pace.perAddress())
                .set("error", error)
                .set("now", now)
                .update();
    }

    /** What was at the message's address is somewhere else. */
    void moved(UUID delivery, String to) {
        MOVED.on(database).set("delivery", delivery).set("to", to).update();
    }

    /** The service has answered. */
    void works(UUID delivery, Instant now) {
        WORKS.on(database).set("delivery", delivery).set("now", now).update();
    }

    /** Somebody thinks that the lines of these messages are mended. */
    void tryAgain(List<UUID> deliveries) {
        TRY_AGAIN.on(database).set("deliveries", deliveries).update();
    }

    /** Those of which there is something to say. */
    List<Line> list(Instant now) {
        return LIST.on(database)
                .set("many", LineRule.RESTS_AFTER)
                .set("now", now)
                .list(row -> new Line(
                        row.getString("channel"),
                        row.getString("address"),
                        LineState.valueOf(row.getString("state")),
                        row.getInt("failures"),
                        Optional.ofNullable(Query.instant(row, "until")),
                        Optional.ofNullable(row.getString("moved_to")),
                        Optional.ofNullable(row.getString("error"))));
    }
}

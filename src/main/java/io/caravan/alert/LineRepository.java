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
            insert into caravan.alert_line as l (channel, address, free_at)
            select channel, case when :each then address else '' end, :until from caravan.alert_delivery where id = :delivery
            on conflict (channel, address) do update set free_at = greatest(l.free_at, :until)""");

    private static final Query STOPPED = Query.of("""
            insert into caravan.alert_line as l (channel, address, stopped_at, error)
            select channel, case when :each then address else '' end, :now, :error from caravan.alert_delivery where id = :delivery
            on conflict (channel, address) do update set stopped_at = :now, error = :error""");

    private static final Query MOVED = Query.of("""
            insert into caravan.alert_line as l (channel, address, moved_to)
            select channel, address, :to from caravan.alert_delivery where id = :delivery
            on conflict (channel, address) do update set moved_to = :to""");

    private static final Query WORKS = Query.of("""
            update caravan.alert_line l set failures = 0, rests_until = null, stopped_at = null, error = null, free_at = least(free_at, :now)
              from caravan.alert_delivery d
             where d.id = :delivery and l.channel = d.channel and l.address in ('', d.address) and (l.failures > 0 or l.stopped_at is not null)""");

    private static final Query TRY_AGAIN = Query.of("""
            update caravan.alert_line l set rests_until = null, stopped_at = null
             where exists (select from caravan.alert_delivery d where d.id = any(:deliveries::uuid[]) and d.channel = l.channel and l.address in ('', d.address))""");

    private static final Query LIST = Query.of("""
            select channel, address, failures, rests_until, moved_to, error,
                   case when stopped_at is not null then 'STOPPED' when failures >= :many then 'RESTING' else 'WORKING' end as state
              from caravan.alert_line
             where failures > 0 or stopped_at is not null or moved_to is not null
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
    void waits(UUID delivery, Pace pace, Instant until) {
        WAITS.on(database)
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
    List<Line> list() {
        return LIST.on(database)
                .set("many", LineRule.RESTS_AFTER)
                .list(row -> new Line(
                        row.getString("channel"),
                        row.getString("address"),
                        LineState.valueOf(row.getString("state")),
                        row.getInt("failures"),
                        Optional.ofNullable(Query.instant(row, "rests_until")),
                        Optional.ofNullable(row.getString("moved_to")),
                        Optional.ofNullable(row.getString("error"))));
    }
}

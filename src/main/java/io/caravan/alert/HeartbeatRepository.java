package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;

/** Signs of life. Joins the transaction of its caller. */
final class HeartbeatRepository {
    private static final Query BEAT = Query.of("""
            insert into caravan.alert_heartbeat as h (receiver, next_at) values (:receiver, :next)
            on conflict (receiver) do update set next_at = :next where h.next_at <= :now""");

    private static final Query FORGET = Query.of("""
            delete from caravan.alert_delivery where receiver = :receiver and kind = 'HEARTBEAT' and state <> 'SENDING'""");

    /** Messages that could have gone since {@code before}, and that nobody has tried; others of their line have not gone meanwhile either. */
    private static final Query STUCK = Query.of("""
            select count(*) as stuck from caravan.alert_delivery d
             where d.state = 'QUEUED' and d.tries = 0 and d.due_at < :before and d.kind <> 'HEARTBEAT'
               and not exists (select from caravan.alert_line l where l.channel = d.channel and l.address in ('', d.address)
                                  and (l.rests_until > :now or l.free_at > :before or l.stopped_at is not null))""");

    private final Database database;

    HeartbeatRepository(Database database) {
        this.database = database;
    }

    /** False: it isn't due, or another node gives it. */
    boolean beat(String receiver, Instant now, Instant next) {
        return BEAT.on(database)
                        .set("receiver", receiver)
                        .set("now", now)
                        .set("next", next)
                        .update()
                == 1;
    }

    /** Earlier ones, also those that have not been sent, say nothing any more. */
    void forget(String receiver) {
        FORGET.on(database).set("receiver", receiver).update();
    }

    long stuck(Instant before, Instant now) {
        return STUCK.on(database)
                .set("now", now)
                .set("before", before)
                .first(row -> row.getLong("stuck"))
                .orElse(0L);
    }
}

package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;

/** How many records say nothing of a fleet, table {@code caravan.watch_unreadable}. Joins the transaction of its caller. */
final class UnreadableRepository {
    private static final Query NOTE = Query.of("""
            insert into caravan.watch_unreadable (at, provider, records, without_fleet, without_time, implausible)
            values (:at, :provider, :records, :withoutFleet, :withoutTime, :implausible)""");

    private static final Query FORGET = Query.of("delete from caravan.watch_unreadable where at < :before");

    private final Database database;

    UnreadableRepository(Database database) {
        this.database = database;
    }

    void note(String provider, Unreadable.Counts counts, Instant at) {
        NOTE.on(database)
                .set("at", at)
                .set("provider", provider)
                .set("records", counts.records())
                .set("withoutFleet", counts.withoutFleet())
                .set("withoutTime", counts.withoutTime())
                .set("implausible", counts.implausible())
                .update();
    }

    void forget(Instant before) {
        FORGET.on(database).set("before", before).update();
    }
}

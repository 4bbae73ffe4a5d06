package io.caravan.watch.expect;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.episode.Absence;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When somebody looked, and when nobody did: tables {@code caravan.watch_heartbeat} and {@code watch_absence}. Joins the transaction of its caller. */
public final class HeartbeatRepository {
    private static final Query LOCK = Query.of("select looked_at from caravan.watch_heartbeat for update");
    private static final Query LATEST = Query.of("select looked_at from caravan.watch_heartbeat");
    private static final Query BEAT = Query.of("""
            insert into caravan.watch_heartbeat (looked_at, node) values (:now, :node)
            on conflict (only_row) do update set looked_at = excluded.looked_at, node = excluded.node""");
    private static final Query ABSENT = Query.of("""
            insert into caravan.watch_absence (from_at, until_at, listened) values (:from, :until, :listened) on conflict do nothing""");
    private static final Query HEARD = Query.of("""
            select exists (select from caravan.watch_pulse where last_arrival_at > :from and last_arrival_at <= :until) as heard""");
    private static final Query ABSENCES = Query.of("""
            select from_at, until_at, listened from caravan.watch_absence where until_at > :since order by from_at""");
    private static final Query FORGET = Query.of("delete from caravan.watch_absence where until_at < :before");
    private static final Query NOT_OF_THE_FUTURE =
            Query.of("update caravan.watch_pulse set last_arrival_at = :now where last_arrival_at > :now");

    private static final Query NO_ABSENCE_OF_THE_FUTURE =
            Query.of("delete from caravan.watch_absence where until_at > :now");

    private final Database database;

    public HeartbeatRepository(Database database) {
        this.database = database;
    }

    /** When any node looked last; locked until the transaction ends. Empty: never. */
    Optional<Instant> lock() {
        return LOCK.on(database).first(row -> Query.requiredInstant(row, "looked_at"));
    }

    /** When any node looked last. */
    public Optional<Instant> latest() {
        return LATEST.on(database).first(row -> Query.requiredInstant(row, "looked_at"));
    }

    void beat(Instant now, String node) {
        BEAT.on(database).set("now", now).set("node", node).update();
    }

    public void absent(Absence absence) {
        ABSENT.on(database)
                .set("from", absence.from())
                .set("until", absence.until())
                .set("listened", absence.listened())
                .update();
    }

    /** Whether packets of some fleet came last within this time. */
    boolean heardWithin(Instant from, Instant until) {
        return HEARD.on(database)
                .set("from", from)
                .set("until", until)
                .first(row -> row.getBoolean("heard"))
                .orElse(false);
    }

    /** Those that ended after a moment, in their order. */
    public List<Absence> absencesAfter(Instant since) {
        return ABSENCES.on(database)
                .set("since", since)
                .list(row -> new Absence(
                        Query.requiredInstant(row, "from_at"),
                        Query.requiredInstant(row, "until_at"),
                        row.getBoolean("listened")));
    }

    public void forget(Instant before) {
        FORGET.on(database).set("before", before).update();
    }

    /** Arrivals that a clock that went wrong has put into the future came now at the latest; absences that end there weren't any. */
    int notOfTheFuture(Instant now) {
        NO_ABSENCE_OF_THE_FUTURE.on(database).set("now", now).update();
        return NOT_OF_THE_FUTURE.on(database).set("now", now).update();
    }
}

package io.caravan.watch.judge;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Silences that passed unseen and are not told yet, table {@code caravan.watch_passed}. Joins the transaction of its caller. */
final class PassedRepository {
    private static final Query NOTE = Query.of("""
            insert into caravan.watch_passed (series_id, away_from, since, late_at, over_at, alarm, found_at)
            values (:series, :awayFrom, :since, :lateAt, :overAt, :alarm, :now)
            on conflict do nothing""");

    private static final Query READY = Query.of("""
            select series_id, away_from, since, late_at, over_at, alarm from caravan.watch_passed
             where away_from in (select away_from from caravan.watch_passed group by away_from having min(found_at) <= :before)
             order by away_from, series_id""");

    private static final Query TAKE = Query.of(
            "delete from caravan.watch_passed where series_id = any(:series::bigint[]) and away_from = :awayFrom");

    /** Of the series itself, of the fleets that it is merged from, or of those that are merged with it. */
    private static final Query IS_WAITING = Query.of("""
            with streams as (select :series as id union all select parent from caravan.watch_member where child = :series)
            select 1 from caravan.watch_passed passed
             where passed.found_at > :recent
               and (passed.series_id in (select id from streams)
                    or exists (select from caravan.watch_member member join streams on streams.id = member.parent where member.child = passed.series_id))
             limit 1""");

    private final Database database;

    PassedRepository(Database database) {
        this.database = database;
    }

    void note(Passed passed, Instant now) {
        NOTE.on(database)
                .set("series", passed.series())
                .set("awayFrom", passed.awayFrom())
                .set("since", passed.since())
                .set("lateAt", passed.lateAt())
                .set("overAt", passed.overAt())
                .set("alarm", passed.alarm())
                .set("now", now)
                .update();
    }

    /** Those of absences of which the first was found before a moment. */
    List<Passed> ready(Instant before) {
        return READY.on(database).set("before", before).list(PassedRepository::passed);
    }

    /** Whether silences found after a moment wait to be told that may be of one outage with that of a series. */
    boolean isWaitingBeside(long series, Instant recent) {
        return IS_WAITING
                .on(database)
                .set("series", series)
                .set("recent", recent)
                .first(row -> true)
                .orElse(false);
    }

    /** Takes them away, to be told or not; how many there were. */
    int take(Collection<Passed> some, Instant awayFrom) {
        return TAKE.on(database)
                .set("series", some.stream().map(Passed::series).toList())
                .set("awayFrom", awayFrom)
                .update();
    }

    private static Passed passed(ResultSet row) throws SQLException {
        return new Passed(
                row.getLong("series_id"),
                Query.requiredInstant(row, "since"),
                Query.requiredInstant(row, "late_at"),
                Query.requiredInstant(row, "over_at"),
                row.getBoolean("alarm"),
                Query.requiredInstant(row, "away_from"));
    }
}

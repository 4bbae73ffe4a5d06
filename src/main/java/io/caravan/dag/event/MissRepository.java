package io.caravan.dag.event;

import io.caravan.dag.event.DagEvents.OpenMisses;
import io.caravan.dag.run.Columns;
import io.caravan.dag.run.DagRun;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Deadlines and expectations that were missed. Joins the transaction of its caller. */
public final class MissRepository {
    private final Database database;

    public MissRepository(Database database) {
        this.database = database;
    }

    private static final Query RESOLVE = Query.of("""
            update caravan.dag_miss m set resolved_at = :now
              from unnest(:dags::text[], :times::timestamptz[], :starts::timestamptz[]) as d (dag, logical_time, interval_start)
             where m.dag = d.dag and m.resolved_at is null and (m.kind = 'expectation' or m.logical_time in (d.logical_time, d.interval_start))
            returning m.dag, m.kind, m.logical_time, m.due_at, m.missed_at, m.detail""");

    /** A success that came after the moment by which it should have, and before anybody noticed that it was missing. */
    private static final Query RESOLVE_MADE_GOOD = Query.of("""
            update caravan.dag_miss m set resolved_at = :now
             where m.resolved_at is null and m.missed_at > :since
               and case m.kind
                   when 'expectation' then exists (
                        select from caravan.dag_run r where r.dag = m.dag and r.state = 'SUCCESS' and r.ended_on > m.due_at and r.ended_on < 'infinity')
                   else exists (
                        select from caravan.dag_run r
                         where r.dag = m.dag and r.logical_time >= m.logical_time and m.logical_time in (r.logical_time, r.interval_start) and r.state = 'SUCCESS') end
            returning m.dag, m.kind, m.logical_time, m.due_at, m.missed_at, m.detail""");

    private static final Query OPEN = Query.of("""
            select dag, kind, count(*) as count from caravan.dag_miss where resolved_at is null and missed_at > :since group by dag, kind""");

    private static final Query INSERT = Query.of("""
            insert into caravan.dag_miss (dag, kind, logical_time, due_at, missed_at, detail)
            select * from unnest(:dags::text[], :kinds::text[], :times::timestamptz[], :dueAt::timestamptz[], :missedAt::timestamptz[], :details::text[])
            on conflict do nothing
            returning dag, kind, logical_time, due_at, missed_at, detail""");

    /** Something that should have happened by {@code dueAt}. */
    public record Miss(String dag, String kind, Instant logicalTime, Instant dueAt, Instant missedAt, String detail) {}

    /** Takes back what these successes make good; the answer is what it was. */
    public List<Miss> resolve(List<DagRun> succeeded, Instant now) {
        return RESOLVE.on(database)
                .set("now", now)
                .set("dags", Columns.of(succeeded, DagRun::dag))
                .set("times", Columns.of(succeeded, DagRun::logicalTime))
                .set("starts", Columns.of(succeeded, DagRun::intervalStart))
                .list(MissRepository::miss);
    }

    /** Takes back what was noticed since then and had been made good by that time; the answer is what it was. */
    public List<Miss> resolveMadeGood(Instant since, Instant now) {
        return RESOLVE_MADE_GOOD
                .on(database)
                .set("since", since)
                .set("now", now)
                .list(MissRepository::miss);
    }

    /** Keeps those that aren't known yet; the answer is which. */
    public List<Miss> insert(List<Miss> missed) {
        return INSERT.on(database)
                .set("dags", Columns.of(missed, Miss::dag))
                .set("kinds", Columns.of(missed, Miss::kind))
                .set("times", Columns.of(missed, Miss::logicalTime))
                .set("dueAt", Columns.of(missed, Miss::dueAt))
                .set("missedAt", Columns.of(missed, Miss::missedAt))
                .set("details", Columns.of(missed, Miss::detail))
                .list(MissRepository::miss);
    }

    /** What was missed since then and is still open. */
    public List<OpenMisses> open(Instant since) {
        return OPEN.on(database)
                .set("since", since)
                .list(row -> new OpenMisses(row.getString("dag"), row.getString("kind"), row.getInt("count")));
    }

    private static Miss miss(ResultSet row) throws SQLException {
        return new Miss(
                row.getString("dag"),
                row.getString("kind"),
                Query.requiredInstant(row, "logical_time"),
                Query.requiredInstant(row, "due_at"),
                Query.requiredInstant(row, "missed_at"),
                row.getString("detail"));
    }
}

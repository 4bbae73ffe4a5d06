package io.caravan.dag;

import io.caravan.dag.DagEvents.OpenMisses;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Deadlines and expectations that were missed. Joins the transaction of its caller. */
final class MissRepository {
    private final Database database;

    MissRepository(Database database) {
        this.database = database;
    }

    private static final Query RESOLVE = Query.of("""
            update caravan.dag_miss m set resolved_at = :now
              from unnest(:dags::text[], :times::timestamptz[]) as d (dag, logical_time)
             where m.dag = d.dag and m.resolved_at is null and (m.kind = 'expectation' or m.logical_time = d.logical_time)
            returning m.dag, m.kind, m.logical_time, m.due_at, m.missed_at, m.detail""");

    private static final Query OPEN = Query.of("""
            select dag, kind, count(*) as count from caravan.dag_miss where resolved_at is null and missed_at > :since group by dag, kind""");

    private static final Query INSERT = Query.of("""
            insert into caravan.dag_miss (dag, kind, logical_time, due_at, missed_at, detail)
            select * from unnest(:dags::text[], :kinds::text[], :times::timestamptz[], :dueAt::timestamptz[], :missedAt::timestamptz[], :details::text[])
            on conflict do nothing
            returning dag, kind, logical_time, due_at, missed_at, detail""");

    /** Something that should have happened by {@code dueAt}. */
    record Miss(String dag, String kind, Instant logicalTime, Instant dueAt, Instant missedAt, String detail) {}

    /** Takes back what these successes make good; the answer is what it was. */
    List<Miss> resolve(List<DagRun> succeeded, Instant now) {
        return RESOLVE.on(database)
                .set("now", now)
                .set("dags", Columns.of(succeeded, DagRun::dag))
                .set("times", Columns.of(succeeded, DagRun::logicalTime))
                .list(MissRepository::miss);
    }

    /** Keeps those that aren't known yet; the answer is which. */
    List<Miss> insert(List<Miss> missed) {
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
    List<OpenMisses> open(Instant since) {
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

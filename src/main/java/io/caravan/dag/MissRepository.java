package io.caravan.dag;

import io.caravan.database.Database;
import io.caravan.database.Query;
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

    /** Something that should have happened by {@code dueAt}. */
    record Miss(String dag, String kind, Instant logicalTime, Instant dueAt, Instant missedAt, String detail) {}

    /** Takes back what these successes make good; the answer is what it was. */
    List<Miss> resolve(List<DagRun> succeeded, Instant now) {
        return RESOLVE.on(database)
                .set("now", now)
                .set("dags", Columns.of(succeeded, DagRun::dag))
                .set("times", Columns.of(succeeded, DagRun::logicalTime))
                .list(row -> new Miss(
                        row.getString("dag"),
                        row.getString("kind"),
                        Query.requiredInstant(row, "logical_time"),
                        Query.requiredInstant(row, "due_at"),
                        Query.requiredInstant(row, "missed_at"),
                        row.getString("detail")));
    }
}

package io.caravan.dag.engine;

import io.caravan.dag.run.Columns;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Workflows as the database knows them: their clocks and whether they are paused. Joins the transaction of its caller. */
public final class WorkflowRepository {
    private final Database database;

    public WorkflowRepository(Database database) {
        this.database = database;
    }

    private static final Query DUE = Query.of("""
            select w.dag, w.version, w.scheduled_until, w.first_seen_at, w.max_active_runs,
                   (select count(*) from caravan.dag_run_active r where r.dag = w.dag and r.lane = 0) as active_runs
              from caravan.dag_workflow w
             where w.active and not w.paused and w.next_due <= :now
             order by w.next_due
             limit :limit
               for no key update of w skip locked""");

    private static final Query ADVANCE = Query.of("""
            update caravan.dag_workflow w set scheduled_until = coalesce(n.scheduled_until, w.scheduled_until), next_due = n.next_due
              from unnest(:dags::text[], :until::timestamptz[], :next::timestamptz[]) as n (dag, scheduled_until, next_due)
             where w.dag = n.dag""");

    private static final Query UNBLOCK = Query.of("""
            update caravan.dag_workflow w set next_due = :now
             where w.dag = any(:dags) and w.next_due = 'infinity'""");

    private static final Query UNBLOCK_ALL = Query.of("""
            update caravan.dag_workflow w set next_due = :now
             where w.next_due = 'infinity' and w.active and not w.paused
               and w.max_active_runs >= (select count(*) from caravan.dag_run_active r where r.dag = w.dag and r.lane = 0)""");

    private static final Query ALARM = Query.of("""
            select least((select min(next_due) from caravan.dag_workflow where active and not paused and next_due < 'infinity'),
                         (select min(next_judgement) from caravan.dag_workflow where active),
                         (select min(ready_at) from caravan.dag_task_active where state in ('UP_FOR_RETRY', 'UP_FOR_RESCHEDULE')),
                         (select min(awaits_until) from caravan.dag_task_active where state = 'AWAITING'),
                         (select min(timeout_at) from caravan.dag_run_active where timeout_at is not null and not cancelling)) as at""");

    private static final Query PAUSE = Query.of("""
            update caravan.dag_workflow
               set paused = :paused, next_due = case when :paused then next_due else :now end, resumed_at = case when :paused then resumed_at else :now end
             where dag = :dag and paused <> :paused""");

    private static final Query STANDING = Query.of("select active, paused from caravan.dag_workflow where dag = :dag");

    /** Long enough ago that it isn't just being replaced by another file. */
    private static final Query GONE = Query.of("""
            select 1 from caravan.dag_workflow where dag = :dag and not active and gone_at < clock_timestamp() - interval '1 minute'""");

    private static final Query NAMES = Query.of("select dag from caravan.dag_workflow where active order by dag");

    /**
     * How a workflow stands.
     *
     * @param active false: no file defines it any more
     */
    public record Standing(boolean active, boolean paused) {}

    /** A workflow whose schedule is to be looked at. */
    record Due(String dag, int version, Optional<Instant> scheduledUntil, Instant firstSeen, int room) {}

    /** @param nextDue null: never; {@link Instant#MAX}: as soon as a run ends */
    record Advance(
            String dag,
            @Nullable Instant scheduledUntil,
            @Nullable Instant nextDue) {
        @Nullable
        String nextDueText() {
            if (nextDue == null) {
                return null;
            }
            return nextDue.equals(Instant.MAX) ? "infinity" : nextDue.toString();
        }
    }

    /** Workflows that are due, locked until the transaction ends; what another node has locked is its business. */
    List<Due> due(Instant now, int limit) {
        return DUE.on(database)
                .set("now", now)
                .set("limit", limit)
                .list(row -> new Due(
                        row.getString("dag"),
                        row.getInt("version"),
                        Optional.ofNullable(Query.instant(row, "scheduled_until")),
                        Query.requiredInstant(row, "first_seen_at"),
                        row.getInt("max_active_runs") + 1 - row.getInt("active_runs")));
    }

    void advance(List<Advance> advances) {
        ADVANCE.on(database)
                .set("dags", Columns.of(advances, Advance::dag))
                .set("until", Columns.of(advances, Advance::scheduledUntil))
                .set("next", Columns.of(advances, Advance::nextDueText))
                .update();
    }

    /** Runs of these have ended: there may be room for the next tick. */
    void unblock(List<String> dags, Instant now) {
        UNBLOCK.on(database).set("dags", dags).set("now", now).update();
    }

    void unblockAll(Instant now) {
        UNBLOCK_ALL.on(database).set("now", now).update();
    }

    /** When something will be due by the clock; empty: nothing yet. */
    Optional<Instant> alarm() {
        return ALARM.on(database)
                .first(row -> Optional.ofNullable(Query.instant(row, "at")))
                .flatMap(at -> at);
    }

    public Optional<Standing> standing(String dag) {
        return STANDING.on(database)
                .set("dag", dag)
                .first(row -> new Standing(row.getBoolean("active"), row.getBoolean("paused")));
    }

    /** Whether no file defines it, and that for a while. */
    boolean isGone(String dag) {
        return GONE.on(database).set("dag", dag).first(row -> true).orElse(false);
    }

    /** The workflows that files define. */
    public List<String> names() {
        return NAMES.on(database).list(row -> row.getString("dag"));
    }

    /** False: it was so already. */
    public boolean pause(String dag, boolean paused, Instant now) {
        return PAUSE.on(database)
                        .set("dag", dag)
                        .set("paused", paused)
                        .set("now", now)
                        .update()
                == 1;
    }
}

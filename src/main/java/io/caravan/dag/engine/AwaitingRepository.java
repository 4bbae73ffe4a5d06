package io.caravan.dag.engine;

import io.caravan.dag.run.Columns;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskKey;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tasks that wait for a run or for somebody's word. Joins the transaction of its caller. */
public final class AwaitingRepository {
    private final Database database;

    public AwaitingRepository(Database database) {
        this.database = database;
    }

    private static final String COLUMNS = """
            t.run, t.task, t.map_index, t.claim, t.attempt, t.attempt - t.lost - t.forgiven as spent,
                   coalesce(t.started_at, :now) as claimed_at, coalesce(t.first_started_at, :now) as first_started_at, coalesce(t.ready_at, :now) as ready_at, t.item""";

    /**
     * The run that it waits for has ended: one that it started, or the one of a workflow at a logical time, which must have succeeded unless any end will do; where it hasn't, a later run of the same interval does as well, such as its replay. The history is looked through for those only whose run is no longer in progress, so that the
     * many that wait cost the same however long it grows.
     */
    private static final Query ANSWERED = Query.of("""
            with waiting as materialized (
                select t.run, t.task, t.map_index,
                       coalesce(t.awaits_run, (select l.run from caravan.dag_logical_time l where l.dag = t.awaits_dag and l.logical_time = t.awaits_time)) as awaited
                  from caravan.dag_task_active t
                 where t.state = 'AWAITING' and (t.awaits_run is not null or t.awaits_dag is not null)
            ), over as materialized (
                select w.* from waiting w
                 where w.awaited is not null and not exists (select from caravan.dag_run_active r where r.id = w.awaited)
            )
            select\s""" + COLUMNS + """
            , t.awaits_dag, coalesce(again.id, o.awaited) as answer, coalesce(again.state, a.state) as answer_state
              from over o
             cross join lateral (select e.state, e.interval_start, e.created_at from caravan.dag_run e where e.id = o.awaited and e.ended_on < 'infinity' limit 1) a
              join caravan.dag_task_active t on t.run = o.run and t.task = o.task and t.map_index = o.map_index
              left join lateral (
                    select e.id, e.state from caravan.dag_run e
                     where a.state <> 'SUCCESS' and e.dag = t.awaits_dag and e.logical_time > t.awaits_time and e.interval_start = a.interval_start
                       and e.state = 'SUCCESS' and e.ended_on >= a.created_at and e.ended_on < 'infinity'
                     limit 1) again on true
             where t.awaits_dag is null or t.awaits_any_end or coalesce(again.state, a.state) = 'SUCCESS'
             limit 500""");

    private static final Query OVERDUE = Query.of("select " + COLUMNS + """
            , t.awaits_dag, null::uuid as answer, null::text as answer_state
              from caravan.dag_task_active t
             where t.state = 'AWAITING' and t.awaits_until <= :now
             limit 500""");

    private static final Query APPROVALS = Query.of("select " + COLUMNS + """
              from caravan.dag_task_active t
             where t.run = :run and t.state = 'AWAITING' and t.awaits_run is null and t.awaits_dag is null
             order by t.task, t.map_index""");

    private static final Query READY = Query.of("""
            update caravan.dag_task_active t set state = 'READY', ready_at = :now, awaits_dag = null, awaits_time = null, awaits_until = null, awaits_any_end = false, note = null
              from unnest(:runs::uuid[], :tasks::text[], :indexes::int[]) as d (run, task, map_index)
             where t.run = d.run and t.task = d.task and t.map_index = d.map_index and t.state = 'AWAITING'""");

    private static final Query ANYBODY =
            Query.of("select 1 from caravan.dag_task_active where state = 'AWAITING' limit 1");

    /** @param answer the run that it waited for; null: it has waited too long */
    record Waiting(
            TaskRepository.Claimed claimed,
            @Nullable String workflow,
            @Nullable UUID answer,
            @Nullable RunState state) {}

    boolean anybody() {
        return ANYBODY.on(database).first(row -> true).orElse(false);
    }

    List<Waiting> answered(Instant now) {
        return ANSWERED.on(database).set("now", now).list(AwaitingRepository::waiting);
    }

    List<Waiting> overdue(Instant now) {
        return OVERDUE.on(database).set("now", now).list(AwaitingRepository::waiting);
    }

    /** Tasks of a run that wait for somebody's word. */
    public List<TaskRepository.Claimed> approvals(UUID run, Instant now) {
        return APPROVALS.on(database).set("run", run).set("now", now).list(TaskRepository::claimed);
    }

    /** What they waited for before their work is there. */
    void ready(List<TaskKey> keys, Instant now) {
        READY.on(database)
                .set("now", now)
                .set("runs", Columns.of(keys, TaskKey::run))
                .set("tasks", Columns.of(keys, TaskKey::task))
                .set("indexes", Columns.of(keys, TaskKey::mapIndex))
                .update();
    }

    private static Waiting waiting(java.sql.ResultSet row) throws SQLException {
        String state = row.getString("answer_state");
        return new Waiting(
                TaskRepository.claimed(row),
                row.getString("awaits_dag"),
                row.getObject("answer", UUID.class),
                state == null ? null : RunState.valueOf(state));
    }
}

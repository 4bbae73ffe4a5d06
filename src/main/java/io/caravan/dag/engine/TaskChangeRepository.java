package io.caravan.dag.engine;

import io.caravan.dag.engine.TaskRepository.Numbers;
import io.caravan.dag.run.Columns;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Task instances as hands change them. Each change takes the claim from whoever has it, so that what still runs is refused. Joins the transaction of its caller, who has locked the runs. Safe for any
 * thread.
 */
public final class TaskChangeRepository {
    private static final Query INSTANCES = Query.of("""
            select run, task, map_index, state, claim, attempt, note from caravan.dag_task where run = any(:runs::uuid[]) order by run, task, map_index""");

    /** The row tells about the newest try only; before it is changed, that is kept beside it, unless it is there. */
    private static final Query KEEP_ATTEMPTS = Query.of("""
            insert into caravan.dag_attempt (run, task, map_index, attempt, claim, state, node, started_at, ended_at, error)
            select t.run, t.task, t.map_index, t.attempt, t.claim, case t.state when 'RUNNING' then 'INTERRUPTED' else t.state end,
                   coalesce(w.node, t.node, ''), t.started_at, coalesce(t.ended_at, :now), t.error
              from unnest(:runs::uuid[], :tasks::text[], :indexes::int[]) as d (run, task, map_index)
              join caravan.dag_task t on t.run = d.run and t.task = d.task and t.map_index = d.map_index
              left join caravan.dag_worker w on w.id = t.worker
             where t.started_at is not null and t.attempt > 0
               and t.state in ('RUNNING', 'AWAITING', 'SUCCESS', 'FAILED', 'SKIPPED', 'REMOVED')
               and not exists (select from caravan.dag_attempt a
                                where a.run = t.run and a.task = t.task and a.map_index = t.map_index and a.attempt = t.attempt and a.claim = t.claim)""");

    /** What runs keeps its slots until its thread has let go. */
    private static final Query HOLD = Query.of("""
            insert into caravan.dag_held (run, task, map_index, claim, dag, pool, slots, until)
            select t.run, t.task, t.map_index, t.claim, t.dag, t.pool, t.slots, :until
              from unnest(:runs::uuid[], :tasks::text[], :indexes::int[]) as d (run, task, map_index)
              join caravan.dag_task_active t on t.run = d.run and t.task = d.task and t.map_index = d.map_index
             where t.state = 'RUNNING' and t.limited
            on conflict do nothing""");

    private static final Query CLEAR = Query.of("""
            update caravan.dag_task t
               set state = 'WAITING', claim = t.claim + 1, forgiven = t.attempt - t.lost, worker = null, ready_at = null, first_started_at = null, started_at = null,
                   ended_at = null, output = null, error = null, note = null, awaits_run = null, awaits_dag = null, awaits_time = null, awaits_until = null
              from unnest(:runs::uuid[], :tasks::text[], :indexes::int[]) as d (run, task, map_index)
             where t.run = d.run and t.task = d.task and t.map_index = d.map_index""");

    private static final Query REMOVE =
            Query.of("delete from caravan.dag_task where run = :run and task = any(:tasks)");

    private static final Query MARK = Query.of("""
            update caravan.dag_task t
               set state = :state, claim = t.claim + 1, worker = null, ready_at = null, ended_at = :now, note = :note,
                   error = case :state when 'FAILED' then coalesce(t.error, :note) end,
                   awaits_run = null, awaits_dag = null, awaits_time = null, awaits_until = null
              from unnest(:runs::uuid[], :tasks::text[], :indexes::int[]) as d (run, task, map_index)
             where t.run = d.run and t.task = d.task and t.map_index = d.map_index""");

    /** Not what runs: that is interrupted, and tells itself how it ended. */
    private static final Query SKIP_UNBEGUN = Query.of("""
            update caravan.dag_task_active t
               set state = 'SKIPPED', claim = t.claim + 1, ready_at = null, ended_at = :now, note = case when r.timed_out then :timedOut else r.note end,
                   awaits_run = null, awaits_dag = null, awaits_time = null, awaits_until = null
              from caravan.dag_run_active r
             where r.id = any(:runs::uuid[]) and r.cancelling and t.run = r.id
               and t.state in ('WAITING', 'READY', 'UP_FOR_RETRY', 'UP_FOR_RESCHEDULE', 'AWAITING')
               and not exists (select from unnest(:exceptRuns::uuid[], :exceptTasks::text[]) as e (run, task) where e.run = t.run and e.task = t.task)""");

    private final Database database;

    public TaskChangeRepository(Database database) {
        this.database = database;
    }

    /** An instance as it is before the change. */
    public record Instance(
            TaskKey key,
            TaskState state,
            Numbers numbers,
            @Nullable String note) {}

    public List<Instance> instances(List<UUID> runs) {
        return INSTANCES
                .on(database)
                .set("runs", runs)
                .list(row -> new Instance(
                        TaskRepository.key(row),
                        TaskState.valueOf(row.getString("state")),
                        new Numbers(row.getLong("claim"), row.getInt("attempt")),
                        row.getString("note")));
    }

    void keepAttempts(List<TaskKey> keys, Instant now) {
        on(KEEP_ATTEMPTS, keys).set("now", now).update();
    }

    /** Those of these that run hold their slots until then, or until their threads have let go. */
    void hold(List<TaskKey> keys, Instant until) {
        on(HOLD, keys).set("until", until).update();
    }

    /** They wait again, as if they had not run; the tries that were made are forgiven. */
    void clear(List<TaskKey> keys) {
        on(CLEAR, keys).update();
    }

    /** All instances of these tasks; make room for others, who count on from their numbers. */
    void remove(UUID run, Collection<String> tasks) {
        REMOVE.on(database).set("run", run).set("tasks", List.copyOf(tasks)).update();
    }

    public void mark(List<TaskKey> keys, TaskState state, String note, Instant now) {
        on(MARK, keys).set("state", state).set("note", note).set("now", now).update();
    }

    /** Of runs that are being ended, what doesn't run will not, but for {@code except} in all their instances; its note tells why. */
    void skipUnbegun(List<UUID> runs, List<TaskKey> except, Instant now) {
        SKIP_UNBEGUN
                .on(database)
                .set("runs", runs)
                .set("exceptRuns", Columns.of(except, TaskKey::run))
                .set("exceptTasks", Columns.of(except, TaskKey::task))
                .set("timedOut", Stopped.TIMED_OUT)
                .set("now", now)
                .update();
    }

    private Query.Call on(Query query, List<TaskKey> keys) {
        return query.on(database)
                .set("runs", Columns.of(keys, TaskKey::run))
                .set("tasks", Columns.of(keys, TaskKey::task))
                .set("indexes", Columns.of(keys, TaskKey::mapIndex));
    }
}

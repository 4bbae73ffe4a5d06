package io.caravan.dag.engine;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.ForEach;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.engine.Limits.Group;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.Columns;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.Move;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.RunProgress.Instance;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Task instances of runs in progress. Each change is a compare-and-set on (state, claim), made in the caller's transaction, so that whatever happens to a run happens in one transaction. Safe for any
 * thread; holds nothing.
 */
public final class TaskRepository {
    private final Database database;

    TaskRepository(Database database) {
        this.database = database;
    }

    private static final String CLAIMED = """
            t.run, t.task, t.map_index, t.claim, t.attempt, t.attempt - t.lost - t.forgiven as spent, t.started_at as claimed_at, t.first_started_at, coalesce(t.ready_at, t.started_at) as ready_at, t.item""";

    private static final Query CLAIM = Query.of("""
            with due as materialized (
                select t.run, t.task, t.map_index
                  from caravan.dag_task_active t
                 where t.state = 'READY' and not t.limited and t.lane = :lane
                   and not exists (select from caravan.dag_workflow w where w.dag = t.dag and w.paused)
                 order by t.priority desc, t.ready_at
                 limit :limit
                   for update of t skip locked)
            update caravan.dag_task_active t
               set state = 'RUNNING', worker = :worker, claim = t.claim + 1, attempt = t.attempt + 1, started_at = :now,
                   first_started_at = coalesce(t.first_started_at, :now), note = null, error = null
              from due join caravan.dag_run_active r on r.id = due.run
             where t.run = due.run and t.task = due.task and t.map_index = due.map_index
            returning\s""" + CLAIMED + ", " + RunRepository.COLUMNS);

    private static final Query CLAIM_THESE = Query.of("""
            update caravan.dag_task_active t
               set state = 'RUNNING', worker = :worker, claim = t.claim + 1, attempt = t.attempt + 1, started_at = :now,
                   first_started_at = coalesce(t.first_started_at, :now), note = null, error = null
              from unnest(:runs::uuid[], :tasks::text[], :indexes::int[]) as due (run, task, map_index)
              join caravan.dag_run_active r on r.id = due.run
             where t.run = due.run and t.task = due.task and t.map_index = due.map_index and t.state = 'READY'
            returning\s""" + CLAIMED + ", " + RunRepository.COLUMNS);

    private static final Query FINISH = Query.of("""
            update caravan.dag_task_active t
               set state = done.state, worker = null, node = coalesce((select w.node from caravan.dag_worker w where w.id = t.worker), t.node), attempt = t.attempt - done.unspent, ready_at = done.ready_at, ended_at = done.ended_at,
                   output = coalesce(done.output::jsonb, t.output), error = done.error, note = done.note,
                   awaits_run = done.awaits_run, awaits_until = done.awaits_until
              from unnest(:runs::uuid[], :tasks::text[], :indexes::int[], :claims::bigint[], :states::text[], :unspent::int[], :readyAt::timestamptz[],
                          :endedAt::timestamptz[], :outputs::text[], :errors::text[], :notes::text[], :awaitsRun::uuid[], :awaitsUntil::timestamptz[])
                   as done (run, task, map_index, claim, state, unspent, ready_at, ended_at, output, error, note, awaits_run, awaits_until)
             where t.run = done.run and t.task = done.task and t.map_index = done.map_index
               and t.claim = done.claim and t.state in ('RUNNING', 'AWAITING')
            returning t.run, t.task, t.map_index""");

    private static final Query STATES = Query.of("""
            select run, task, map_index, state from caravan.dag_task_active where run = any(:runs::uuid[])""");

    private static final Query FOLLOW = Query.of("""
            update caravan.dag_task_active t
               set state = next.state, ready_at = next.ready_at, ended_at = next.ended_at, note = next.note,
                   awaits_dag = next.awaits_dag, awaits_time = next.awaits_time, awaits_until = next.awaits_until, awaits_any_end = next.awaits_any_end,
                   worker = next.worker, claim = t.claim + next.claimed, attempt = t.attempt + next.claimed,
                   started_at = case next.claimed when 1 then :now else t.started_at end,
                   first_started_at = case next.claimed when 1 then coalesce(t.first_started_at, :now) else t.first_started_at end
              from unnest(:runs::uuid[], :tasks::text[], :indexes::int[], :states::text[], :readyAt::timestamptz[], :endedAt::timestamptz[], :notes::text[],
                          :awaitsDag::text[], :awaitsTime::timestamptz[], :awaitsUntil::timestamptz[], :awaitsAnyEnd::bool[], :workers::uuid[], :claimed::int[])
                   as next (run, task, map_index, state, ready_at, ended_at, note, awaits_dag, awaits_time, awaits_until, awaits_any_end, worker, claimed)
             where t.run = next.run and t.task = next.task and t.map_index = next.map_index and t.state = 'WAITING'
            returning\s""" + CLAIMED + ", t.state");

    private static final Query INSERT = Query.of("""
            insert into caravan.dag_task (run, task, map_index, dag, state, ready_at, ended_at, lane, priority, pool, slots, limited, max_active, item,
                                          worker, claim, attempt, forgiven, started_at, first_started_at, awaits_dag, awaits_time, awaits_until, awaits_any_end)
            select n.run, n.task, n.map_index, n.dag, n.state, n.ready_at, n.ended_at, n.lane, n.priority, n.pool, n.slots, n.limited, n.max_active, n.item::jsonb,
                   n.worker, n.claims + n.claimed, n.attempts + n.claimed, n.attempts, case n.claimed when 1 then :now::timestamptz end, case n.claimed when 1 then :now::timestamptz end,
                   n.awaits_dag, n.awaits_time, n.awaits_until, n.awaits_any_end
              from unnest(:runs::uuid[], :tasks::text[], :indexes::int[], :dags::text[], :states::text[], :readyAt::timestamptz[], :endedAt::timestamptz[],
                          :lanes::int[], :priorities::int[], :pools::text[], :slots::int[], :limited::bool[], :maxActive::int[], :items::text[],
                          :workers::uuid[], :claimed::int[], :claims::bigint[], :attempts::int[],
                          :awaitsDag::text[], :awaitsTime::timestamptz[], :awaitsUntil::timestamptz[], :awaitsAnyEnd::bool[])
                   as n (run, task, map_index, dag, state, ready_at, ended_at, lane, priority, pool, slots, limited, max_active, item,
                         worker, claimed, claims, attempts, awaits_dag, awaits_time, awaits_until, awaits_any_end)""");

    private static final Query DELETE_UNEXPANDED = Query.of("""
            delete from caravan.dag_task_active where run = :run and task = any(:tasks) and map_index = -1 and state = 'WAITING'""");

    private static final Query DELETE_EXPANDED = Query.of("""
            delete from caravan.dag_task_active where run = :run and task = :task and map_index = -1""");

    private static final Query KEEP_ATTEMPTS = Query.of("""
            insert into caravan.dag_attempt (run, task, map_index, attempt, claim, state, node, started_at, ended_at, error)
            select ended.run, ended.task, ended.map_index, ended.attempt, ended.claim, 'FAILED',
                   coalesce((select w.node from caravan.dag_worker w where w.id = :worker), 'unknown'), ended.started_at, :now, ended.error
              from unnest(:runs::uuid[], :tasks::text[], :indexes::int[], :attempts::int[], :claims::bigint[], :startedAt::timestamptz[], :errors::text[])
                   as ended (run, task, map_index, attempt, claim, started_at, error)""");

    private static final Query PROMOTE = Query.of("""
            with due as (
                select run, task, map_index from caravan.dag_task_active
                 where state in ('UP_FOR_RETRY', 'UP_FOR_RESCHEDULE') and ready_at <= :now
                   for update skip locked)
            update caravan.dag_task_active t set state = 'READY'
              from due where t.run = due.run and t.task = due.task and t.map_index = due.map_index""");

    private static final Query OUTPUTS = Query.of("""
            select task, map_index, output::text as output from caravan.dag_task_active where run = :run and output is not null order by task, map_index""");

    private static final Query OUTPUTS_OF = Query.of("""
            select task, map_index, output::text as output from caravan.dag_task_active where run = :run and task = :task and output is not null order by map_index""");

    private static final Query STILL_MINE = Query.of("""
            select t.run, t.task, t.map_index, t.claim from caravan.dag_task_active t where t.worker = :worker and t.state = 'RUNNING'""");

    /** A transaction that may only read can't lock rows, so this is asked first. */
    private static final Query WROTE = Query.of("select pg_current_xact_id_if_assigned() is not null as wrote");

    private static final Query STILL_CLAIMED = Query.of("""
            select true as held from caravan.dag_task_active t
             where t.run = :run and t.task = :task and t.map_index = :index and t.claim = :claim and t.state = 'RUNNING'
               for share""");

    private static final Query LET_GO = Query.of("""
            delete from caravan.dag_held h
             using unnest(:runs::uuid[], :tasks::text[], :indexes::int[], :claims::bigint[]) as d (run, task, map_index, claim)
             where h.run = d.run and h.task = d.task and h.map_index = d.map_index and h.claim = d.claim""");

    private static final Query DROP_HELD = Query.of("delete from caravan.dag_held where until < :now");

    private static final Query CANCELLED_OF = Query.of("""
            select distinct r.id, coalesce(r.note, 'the run was cancelled') as note
              from caravan.dag_run_active r join caravan.dag_task_active t on t.run = r.id
             where t.worker = :worker and t.state = 'RUNNING' and r.cancelling""");

    private static final Query IS_LIMITED_READY =
            Query.of("select 1 from caravan.dag_task_active where state = 'READY' and limited limit 1");

    private static final Query LOCK_LIMITS =
            Query.of("select pg_advisory_xact_lock(hashtextextended('caravan.dag limits', 0))");

    private static final Query READY_GROUPS = Query.of("""
            with grouped as (
                select t.lane, t.pool, case when w.max_active_tasks > 0 then t.dag end as dag, case when t.max_active > 0 then t.run end as run,
                       case when t.max_active > 0 then t.task end as task, max(t.max_active) as max_active
                  from caravan.dag_task_active t join caravan.dag_workflow w on w.dag = t.dag
                 where t.state = 'READY' and t.limited and not w.paused
                 group by 1, 2, 3, 4, 5
            ), held as materialized (
                select * from caravan.dag_held where until >= :now
            )
            select g.lane, g.pool, g.dag, g.run, g.task,
                   case when g.pool is not null and coalesce(p.slots, 0) >= 0
                        then coalesce(p.slots, 0) - (select coalesce(sum(t.slots), 0)::int from caravan.dag_task_active t
                                                      where t.state = 'RUNNING' and t.pool is not null and t.pool = g.pool)
                                                  - (select coalesce(sum(h.slots), 0)::int from held h where h.pool = g.pool) end as pool_free,
                   case when g.dag is not null
                        then w.max_active_tasks - (select count(*)::int from caravan.dag_task_active t where t.state = 'RUNNING' and t.limited and t.dag = g.dag)
                                                - (select count(*)::int from held h where h.dag = g.dag) end
                        as dag_free,
                   case when g.run is not null
                        then g.max_active - (select count(*)::int from caravan.dag_task_active t where t.run = g.run and t.task = g.task and t.state = 'RUNNING')
                                           - (select count(*)::int from held h where h.run = g.run and h.task = g.task) end
                        as task_free
              from grouped g
              left join caravan.dag_pool p on p.name = g.pool
              left join caravan.dag_workflow w on w.dag = g.dag""");

    /** One that needs more slots than its pool has isn't among them: it would keep all others waiting. */
    private static final Query CANDIDATES = Query.of("""
            select g.place, c.*
              from unnest(:places::int[], :lanes::int[], :pools::text[], :dags::text[], :runs::uuid[], :tasks::text[]) as g (place, lane, pool, dag, run, task)
             cross join lateral (
                select t.run, t.task, t.map_index, t.slots, t.priority, t.ready_at
                  from caravan.dag_task_active t
                  join caravan.dag_workflow w on w.dag = t.dag
                  left join caravan.dag_pool p on p.name = t.pool
                 where t.state = 'READY' and t.limited and t.lane = g.lane and not w.paused
                   and t.pool is not distinct from g.pool
                   and (case when w.max_active_tasks > 0 then t.dag end) is not distinct from g.dag
                   and (g.run is null and t.max_active = 0 or t.run = g.run and t.task = g.task)
                   and (t.pool is null or p.slots < 0 or t.slots <= p.slots)
                 order by t.priority desc, t.ready_at
                 limit :limit) c""");

    private static final Query UNLIMITED = Query.of("""
            select t.lane, t.run, t.task, t.map_index, t.slots, t.priority, t.ready_at
              from caravan.dag_task_active t
             where t.state = 'READY' and not t.limited and t.lane = :lane
               and not exists (select from caravan.dag_workflow w where w.dag = t.dag and w.paused)
             order by t.priority desc, t.ready_at
             limit :limit
               for update of t skip locked""");

    /** A ready task that might be claimed. */
    record Candidate(TaskKey key, Group group, int slots, int priority, Instant readyAt) {}

    /** A claim whose run is known by its id only. */
    public record Claimed(
            TaskKey key,
            long number,
            int attempt,
            int spent,
            Instant startedAt,
            Instant firstStartedAt,
            Instant readyAt,
            @Nullable String item) {
        public Claim of(DagRun run) {
            return new Claim(key, run, number, attempt, spent, startedAt, firstStartedAt, readyAt, item);
        }
    }

    /** A try that has ended. {@code awaitsRun}: the run that it started and waits for. */
    record Ending(
            Claim claim,
            Move move,
            @Nullable UUID awaitsRun,
            @Nullable Duration awaits) {}

    /** Where an instance stands. */
    record Standing(UUID run, Instance instance, TaskState state) {}

    /** A waiting instance that waits no longer, and by whom it is claimed at once, if so. */
    record Step(
            UUID run,
            Instance instance,
            TaskState to,
            @Nullable String note,
            @Nullable UUID worker,
            @Nullable Awaits awaits)
            implements MayAwait {}

    /**
     * A run of another workflow that a task waits for.
     *
     * @param anyEnd whether the task goes on when that run has failed, too
     */
    record Awaits(String dag, Instant logicalTime, Instant until, boolean anyEnd) {}

    /** An instance that may have to wait for a run of another workflow. */
    private interface MayAwait {
        @Nullable
        Awaits awaits();

        default @Nullable String awaitsDag() {
            Awaits awaits = awaits();
            return awaits == null ? null : awaits.dag();
        }

        default @Nullable Instant awaitsTime() {
            Awaits awaits = awaits();
            return awaits == null ? null : awaits.logicalTime();
        }

        default @Nullable Instant awaitsUntil() {
            Awaits awaits = awaits();
            return awaits == null ? null : awaits.until();
        }

        default boolean awaitsAnyEnd() {
            Awaits awaits = awaits();
            return awaits != null && awaits.anyEnd();
        }
    }

    /**
     * The numbers that an instance of the same task had before; a new one counts on from them, so that a claim of the old one never counts for the new.
     *
     * @param claim the highest of them
     * @param attempt the tries that were made, forgiven from now on
     */
    record Numbers(long claim, int attempt) {
        static final Numbers NONE = new Numbers(0, 0);

        static Numbers of(Claim claim) {
            return new Numbers(claim.number(), claim.attempt() - claim.spent());
        }

        Numbers or(Numbers other) {
            return new Numbers(Math.max(claim, other.claim), Math.max(attempt, other.attempt));
        }
    }

    /** A new instance. */
    record NewTask(
            DagRun run,
            DagDefinition dag,
            TaskDefinition task,
            int mapIndex,
            TaskState state,
            @Nullable String item,
            @Nullable UUID worker,
            @Nullable Awaits awaits,
            Numbers before)
            implements MayAwait {
        NewTask(
                DagRun run,
                DagDefinition dag,
                TaskDefinition task,
                int mapIndex,
                TaskState state,
                @Nullable String item,
                @Nullable UUID worker,
                @Nullable Awaits awaits) {
            this(run, dag, task, mapIndex, state, item, worker, awaits, Numbers.NONE);
        }

        boolean limited() {
            return dag.maxActiveTasks() > 0 || task.pool().isPresent() || maxActive() > 0;
        }

        int maxActive() {
            return task.forEach().map(ForEach::maxActive).orElse(0);
        }
    }

    /** Takes up to {@code limit} ready tasks that no pool or other limit holds back. */
    List<Claim> claim(UUID worker, int lane, int limit, Instant now) {
        return CLAIM.on(database)
                .set("lane", lane)
                .set("limit", limit)
                .set("worker", worker)
                .set("now", now)
                .list(TaskRepository::claim);
    }

    List<Claim> claim(UUID worker, List<TaskKey> keys, Instant now) {
        return CLAIM_THESE
                .on(database)
                .set("worker", worker)
                .set("now", now)
                .set("runs", Columns.of(keys, TaskKey::run))
                .set("tasks", Columns.of(keys, TaskKey::task))
                .set("indexes", Columns.of(keys, TaskKey::mapIndex))
                .list(TaskRepository::claim);
    }

    boolean isLimitedReady() {
        return IS_LIMITED_READY.on(database).first(row -> true).orElse(false);
    }

    /** Keeps others from claiming under limits until the transaction ends. */
    void lockLimits() {
        LOCK_LIMITS.on(database).first(row -> true);
    }

    /** Ready tasks with limits by what they share. Under {@link #lockLimits}. */
    List<Group> readyGroups(Instant now) {
        return READY_GROUPS
                .on(database)
                .set("now", now)
                .list(row -> new Group(
                        row.getInt("lane"),
                        row.getString("pool"),
                        row.getString("dag"),
                        row.getObject("run", UUID.class),
                        row.getString("task"),
                        row.getObject("pool_free", Integer.class),
                        row.getObject("dag_free", Integer.class),
                        row.getObject("task_free", Integer.class)));
    }

    /** The first ones of each group. Under {@link #lockLimits}. */
    List<Candidate> candidates(List<Group> groups, int limit) {
        if (groups.isEmpty()) {
            return List.of();
        }
        return CANDIDATES
                .on(database)
                .set("places", IntStream.range(0, groups.size()).boxed().toList())
                .set("lanes", Columns.of(groups, Group::lane))
                .set("pools", Columns.of(groups, Group::pool))
                .set("dags", Columns.of(groups, Group::dag))
                .set("runs", Columns.of(groups, Group::run))
                .set("tasks", Columns.of(groups, Group::task))
                .set("limit", limit)
                .list(row -> candidate(row, groups.get(row.getInt("place"))));
    }

    /** The first ones without limits of both lanes, locked until the transaction ends. */
    List<Candidate> unlimited(int limit) {
        List<Candidate> all = new ArrayList<>();
        for (int lane : new int[] {Lanes.LIVE, Lanes.BACKFILL}) {
            Group group = new Group(lane, null, null, null, null, null, null, null);
            all.addAll(
                    UNLIMITED.on(database).set("lane", lane).set("limit", limit).list(row -> candidate(row, group)));
        }
        return all;
    }

    private static Candidate candidate(ResultSet row, Group group) throws SQLException {
        return new Candidate(
                key(row), group, row.getInt("slots"), row.getInt("priority"), Query.requiredInstant(row, "ready_at"));
    }

    /** Records what became of tries; the answer is whose claim still counted. */
    List<TaskKey> finish(List<Ending> endings, @Nullable UUID worker, Instant now) {
        List<TaskKey> counted = finish(endings, now);
        List<Ending> kept = endings.stream()
                .filter(ending -> ending.move().to() == TaskState.UP_FOR_RETRY)
                .filter(ending -> counted.contains(ending.claim().key()))
                .toList();
        if (!kept.isEmpty()) {
            keepAttempts(kept, worker, now);
        }
        return counted;
    }

    private List<TaskKey> finish(List<Ending> endings, Instant now) {
        return FINISH.on(database)
                .set("runs", Columns.of(endings, ending -> ending.claim().key().run()))
                .set("tasks", Columns.of(endings, ending -> ending.claim().key().task()))
                .set(
                        "indexes",
                        Columns.of(endings, ending -> ending.claim().key().mapIndex()))
                .set("claims", Columns.of(endings, ending -> ending.claim().number()))
                .set("states", Columns.of(endings, ending -> ending.move().to()))
                .set("unspent", Columns.of(endings, ending -> ending.move().unspent() ? 1 : 0))
                .set(
                        "readyAt",
                        Columns.of(
                                endings,
                                ending -> ending.move().to().isFinal()
                                        ? null
                                        : ending.move().readyAt(now)))
                .set("endedAt", Columns.of(endings, ending -> ending.move().to().isFinal() ? now : null))
                .set("outputs", Columns.of(endings, ending -> ending.move().output()))
                .set("errors", Columns.of(endings, ending -> ending.move().error()))
                .set("notes", Columns.of(endings, ending -> ending.move().note()))
                .set("awaitsRun", Columns.of(endings, Ending::awaitsRun))
                .set(
                        "awaitsUntil",
                        Columns.of(endings, ending -> ending.awaits() == null ? null : now.plus(ending.awaits())))
                .list(TaskRepository::key);
    }

    /** The row tells about the newest try only; one that is followed by another is kept beside it. */
    private void keepAttempts(List<Ending> endings, @Nullable UUID worker, Instant now) {
        KEEP_ATTEMPTS
                .on(database)
                .set("now", now)
                .set("worker", worker)
                .set("runs", Columns.of(endings, ending -> ending.claim().key().run()))
                .set("tasks", Columns.of(endings, ending -> ending.claim().key().task()))
                .set(
                        "indexes",
                        Columns.of(endings, ending -> ending.claim().key().mapIndex()))
                .set("attempts", Columns.of(endings, ending -> ending.claim().attempt()))
                .set("claims", Columns.of(endings, ending -> ending.claim().number()))
                .set("startedAt", Columns.of(endings, ending -> ending.claim().startedAt()))
                .set("errors", Columns.of(endings, ending -> ending.move().error()))
                .update();
    }

    List<Standing> states(List<UUID> runs) {
        return STATES.on(database)
                .set("runs", runs)
                .list(row -> new Standing(
                        Query.uuid(row, "run"),
                        new Instance(row.getString("task"), row.getInt("map_index")),
                        TaskState.valueOf(row.getString("state"))));
    }

    /** Moves waiting tasks on; the answer is those that were claimed on the way. */
    List<Claimed> follow(List<Step> steps, Instant now) {
        List<Claimed> claimed = new ArrayList<>();
        FOLLOW.on(database)
                .set("now", now)
                .set("runs", Columns.of(steps, Step::run))
                .set("tasks", Columns.of(steps, step -> step.instance().task()))
                .set("indexes", Columns.of(steps, step -> step.instance().mapIndex()))
                .set("states", Columns.of(steps, step -> step.worker() == null ? step.to() : TaskState.RUNNING))
                .set("readyAt", Columns.of(steps, step -> step.to() == TaskState.READY ? now : null))
                .set("endedAt", Columns.of(steps, step -> step.to().isFinal() ? now : null))
                .set("notes", Columns.of(steps, Step::note))
                .set("awaitsDag", Columns.of(steps, Step::awaitsDag))
                .set("awaitsTime", Columns.of(steps, Step::awaitsTime))
                .set("awaitsUntil", Columns.of(steps, Step::awaitsUntil))
                .set("awaitsAnyEnd", Columns.of(steps, Step::awaitsAnyEnd))
                .set("workers", Columns.of(steps, Step::worker))
                .set("claimed", Columns.of(steps, step -> step.worker() == null ? 0 : 1))
                .list(row -> {
                    if (row.getString("state").equals(TaskState.RUNNING.name())) {
                        claimed.add(claimed(row));
                    }
                    return true;
                });
        return claimed;
    }

    void insert(List<NewTask> tasks, Instant now) {
        INSERT.on(database)
                .set("now", now)
                .set("runs", Columns.of(tasks, task -> task.run().id()))
                .set("tasks", Columns.of(tasks, task -> task.task().id()))
                .set("indexes", Columns.of(tasks, NewTask::mapIndex))
                .set("dags", Columns.of(tasks, task -> task.run().dag()))
                .set("states", Columns.of(tasks, task -> task.worker() == null ? task.state() : TaskState.RUNNING))
                .set("readyAt", Columns.of(tasks, task -> task.state() == TaskState.READY ? now : null))
                .set("endedAt", Columns.of(tasks, task -> task.state().isFinal() ? now : null))
                .set("lanes", Columns.of(tasks, task -> task.run().kind() == RunKind.BACKFILL ? 1 : 0))
                .set(
                        "priorities",
                        Columns.of(
                                tasks,
                                task -> task.dag().priority() + task.task().priority()))
                .set("pools", Columns.of(tasks, task -> task.task().pool().orElse(null)))
                .set("slots", Columns.of(tasks, task -> task.task().slots()))
                .set("limited", Columns.of(tasks, NewTask::limited))
                .set("maxActive", Columns.of(tasks, NewTask::maxActive))
                .set("items", Columns.of(tasks, NewTask::item))
                .set("workers", Columns.of(tasks, NewTask::worker))
                .set("claimed", Columns.of(tasks, task -> task.worker() == null ? 0 : 1))
                .set("claims", Columns.of(tasks, task -> task.before().claim()))
                .set("attempts", Columns.of(tasks, task -> task.before().attempt()))
                .set("awaitsDag", Columns.of(tasks, NewTask::awaitsDag))
                .set("awaitsTime", Columns.of(tasks, NewTask::awaitsTime))
                .set("awaitsUntil", Columns.of(tasks, NewTask::awaitsUntil))
                .set("awaitsAnyEnd", Columns.of(tasks, NewTask::awaitsAnyEnd))
                .update();
    }

    /** Makes room for a group's instances. */
    void deleteUnexpanded(UUID run, List<String> tasks) {
        DELETE_UNEXPANDED.on(database).set("run", run).set("tasks", tasks).update();
    }

    /** The place holder of a mapped task whose instances are known. */
    void deleteExpanded(UUID run, String task) {
        DELETE_EXPANDED.on(database).set("run", run).set("task", task).update();
    }

    /** Makes ready what has waited long enough for its next try or question; the answer is how many. */
    int promote(Instant now) {
        return PROMOTE.on(database).set("now", now).update();
    }

    /** A task's output as JSON. */
    public record Output(String task, int mapIndex, String json) {}

    List<Output> outputs(UUID run) {
        return OUTPUTS.on(database).set("run", run).list(TaskRepository::output);
    }

    /** Those of one task, by its instances. */
    List<Output> outputs(UUID run, String task) {
        return OUTPUTS_OF.on(database).set("run", run).set("task", task).list(TaskRepository::output);
    }

    private static Output output(ResultSet row) throws SQLException {
        return new Output(row.getString("task"), row.getInt("map_index"), row.getString("output"));
    }

    /** What a worker has, each with the number of its claim. */
    Map<TaskKey, Long> heldBy(UUID worker) {
        Map<TaskKey, Long> held = new HashMap<>();
        STILL_MINE.on(database).set("worker", worker).list(row -> held.put(key(row), row.getLong("claim")));
        return held;
    }

    /** Whether what this transaction has done may count: where it wrote, the claim must still be the newest, and stays so until the transaction ends. Who has only read has nothing to refuse. */
    boolean isStillClaimed(Claim claim) {
        return !hasWritten() || holds(claim);
    }

    private boolean hasWritten() {
        return WROTE.on(database).first(row -> row.getBoolean("wrote")).orElse(false);
    }

    private boolean holds(Claim claim) {
        return STILL_CLAIMED
                .on(database)
                .set("run", claim.key().run())
                .set("task", claim.key().task())
                .set("index", claim.key().mapIndex())
                .set("claim", claim.number())
                .first(row -> row.getBoolean("held"))
                .orElse(false);
    }

    /** The threads of these claims have ended, or are waited for no longer; the answer is whether they held something that others may have now. */
    boolean letGo(List<Claim> claims) {
        return LET_GO.on(database)
                        .set("runs", Columns.of(claims, claim -> claim.key().run()))
                        .set("tasks", Columns.of(claims, claim -> claim.key().task()))
                        .set("indexes", Columns.of(claims, claim -> claim.key().mapIndex()))
                        .set("claims", Columns.of(claims, Claim::number))
                        .update()
                > 0;
    }

    /** Forgets what counts no more as held. */
    int dropHeld(Instant now) {
        return DROP_HELD.on(database).set("now", now).update();
    }

    /** Runs that were cancelled while a worker has tasks of theirs, each with who did it. */
    Map<UUID, String> cancelledOf(UUID worker) {
        Map<UUID, String> cancelled = new HashMap<>();
        CANCELLED_OF
                .on(database)
                .set("worker", worker)
                .list(row -> cancelled.put(Query.uuid(row, "id"), row.getString("note")));
        return cancelled;
    }

    private static Claim claim(ResultSet row) throws SQLException {
        return claimed(row).of(RunRepository.run(row));
    }

    static Claimed claimed(ResultSet row) throws SQLException {
        return new Claimed(
                key(row),
                row.getLong("claim"),
                row.getInt("attempt"),
                row.getInt("spent"),
                Query.requiredInstant(row, "claimed_at"),
                Query.requiredInstant(row, "first_started_at"),
                Query.requiredInstant(row, "ready_at"),
                row.getString("item"));
    }

    public static TaskKey key(ResultSet row) throws SQLException {
        return new TaskKey(Query.uuid(row, "run"), row.getString("task"), row.getInt("map_index"));
    }
}

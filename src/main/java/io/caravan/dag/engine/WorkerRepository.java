package io.caravan.dag.engine;

import io.caravan.dag.run.Columns;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Processes that work, each with a lease by the database's clock. Joins the transaction of its caller. */
public final class WorkerRepository {
    /** A task on which so many workers have died isn't tried again: it may well be what kills them. */
    static final int MOST_DEATHS = 3;

    private final Database database;

    public WorkerRepository(Database database) {
        this.database = database;
    }

    private static final Query REGISTER = Query.of("""
            insert into caravan.dag_worker (id, node, until) values (:id, :node, clock_timestamp() + :lease * interval '1 microsecond')""");

    private static final Query RENEW = Query.of("""
            update caravan.dag_worker set until = clock_timestamp() + :lease * interval '1 microsecond' where id = :id""");

    private static final Query COUNT =
            Query.of("select count(*) from caravan.dag_worker where until > clock_timestamp()");

    private static final Query ELDEST = Query.of("""
            select min(id::text) = :id::text as eldest from caravan.dag_worker where until > clock_timestamp()""");

    private static final Query LEAVE = Query.of("delete from caravan.dag_worker where id = :id");

    private static final Query END_ALL = Query.of("""
            update caravan.dag_worker set until = '-infinity' where until > clock_timestamp()""");

    private static final Query DEAD = Query.of("""
            select id, node from caravan.dag_worker where until < clock_timestamp() order by id for update skip locked""");

    private static final Query RUNS_OF = Query.of("""
            select distinct run from caravan.dag_task_active where worker = :id and state = 'RUNNING'""");

    /** Tasks of workers that are not there any more, nor dead: whoever deleted them missed these. */
    private static final Query ORPHANS = Query.of("""
            select distinct t.worker from caravan.dag_task_active t
             where t.state = 'RUNNING' and not exists (select from caravan.dag_worker w where w.id = t.worker)""");

    /**
     * Their tasks may be claimed by anybody at once, but for those of runs that are being ended and that are no teardowns; the number of the claim that they had is no longer the newest. Which one its owners keep dying on fails rather than go on for ever.
     */
    private static final Query RETAKE = Query.of("""
            with held as materialized (
                select t.run, t.task, t.map_index, t.attempt, t.claim, coalesce(t.started_at, :now) as started_at, ending.so or t.lost + 1 >= :most as over,
                       case when ending.so then r.note
                            else (t.lost + 1) || ' workers died while they had it, the last one on ' || :node || '; see their logs' end as why
                  from caravan.dag_task_active t join caravan.dag_run_active r on r.id = t.run
                 cross join lateral (
                    select r.cancelling and not exists (
                        select from unnest(:exceptRuns::uuid[], :exceptTasks::text[]) as e (run, task) where e.run = t.run and e.task = t.task) as so) ending
                 where t.worker = :id and t.state = 'RUNNING'
                   for update of t
            ), kept as (
                insert into caravan.dag_attempt (run, task, map_index, attempt, claim, state, node, started_at, ended_at, error)
                select run, task, map_index, attempt, claim, 'LOST', :node, started_at, :now, 'the worker died' from held
            )
            update caravan.dag_task_active t
               set worker = null, node = :node, claim = t.claim + 1, lost = t.lost + 1,
                   state = case when held.over then 'FAILED' else 'READY' end,
                   ready_at = case when held.over then t.ready_at else :now end,
                   ended_at = case when held.over then :now::timestamptz end,
                   error = case when held.over then held.why end,
                   note = case when held.over then :node || ' died' else 'taken over: ' || :node || ' died' end
              from held
             where t.run = held.run and t.task = held.task and t.map_index = held.map_index
            returning t.run, t.task, t.map_index, t.state""");

    private static final Query GIVE_BACK = Query.of("""
            update caravan.dag_task_active t
               set state = 'READY', worker = null, claim = t.claim + 1, attempt = t.attempt - 1, ready_at = :now, note = 'handed back'
              from unnest(:runs::uuid[], :tasks::text[], :indexes::int[], :claims::bigint[]) as held (run, task, map_index, claim)
             where t.run = held.run and t.task = held.task and t.map_index = held.map_index and t.claim = held.claim
               and t.worker = :id and t.state = 'RUNNING'""");

    private static final Query GIVE_ALL_BACK = Query.of("""
            update caravan.dag_task_active t
               set state = 'READY', worker = null, claim = t.claim + 1, attempt = t.attempt - 1, ready_at = :now, note = 'handed back'
             where t.worker = :id and t.state = 'RUNNING'""");

    record Dead(UUID id, String node) {}

    void register(UUID id, String node, Duration lease) {
        REGISTER.on(database)
                .set("id", id)
                .set("node", node)
                .set("lease", lease)
                .update();
    }

    /** Ends the leases of all workers, for one who knows that none of them can be alive; the answer is how many had one. */
    public int endAll() {
        return END_ALL.on(database).update();
    }

    /** False: it was found dead, and its tasks are others'. */
    boolean renew(UUID id, Duration lease) {
        return RENEW.on(database).set("id", id).set("lease", lease).update() == 1;
    }

    /** Whether of all that live it has been there for longest; one of them is. */
    boolean isEldest(UUID id) {
        return ELDEST.on(database)
                .set("id", id)
                .first(row -> row.getBoolean("eldest"))
                .orElse(false);
    }

    /** How many processes live. */
    public int count() {
        return COUNT.on(database).first(row -> row.getInt(1)).orElse(0);
    }

    /** Says good-bye; what it still has, others may claim. The answer is how much that is. */
    int leave(UUID id, Instant now) {
        int left = GIVE_ALL_BACK.on(database).set("id", id).set("now", now).update();
        forget(id);
        return left;
    }

    void forget(UUID id) {
        LEAVE.on(database).set("id", id).update();
    }

    /** Lets others claim what a worker has without knowing of it; the answer is how much that was. */
    int giveBack(UUID id, List<RunningTasks.Id> claims, Instant now) {
        return GIVE_BACK
                .on(database)
                .set("id", id)
                .set("now", now)
                .set("runs", Columns.of(claims, claim -> claim.key().run()))
                .set("tasks", Columns.of(claims, claim -> claim.key().task()))
                .set("indexes", Columns.of(claims, claim -> claim.key().mapIndex()))
                .set("claims", Columns.of(claims, RunningTasks.Id::number))
                .update();
    }

    /** Workers whose lease has run out, locked until the transaction ends. */
    List<Dead> dead() {
        return DEAD.on(database).list(row -> new Dead(Query.uuid(row, "id"), row.getString("node")));
    }

    /** Workers that aren't there, but of which tasks are said to run. */
    List<Dead> gone() {
        return ORPHANS.on(database).list(row -> new Dead(Query.uuid(row, "worker"), "a node that is gone"));
    }

    List<UUID> runsOf(Dead worker) {
        return RUNS_OF.on(database).set("id", worker.id()).list(row -> Query.uuid(row, "run"));
    }

    /** Where a task went whose worker died. */
    record Retaken(TaskKey key, TaskState state) {}

    /**
     * Takes all that it had from it. The runs must be locked.
     *
     * @param teardowns of these runs
     */
    List<Retaken> retake(Dead worker, List<TaskKey> teardowns, Instant now) {
        return RETAKE.on(database)
                .set("id", worker.id())
                .set("node", worker.node())
                .set("most", MOST_DEATHS)
                .set("exceptRuns", Columns.of(teardowns, TaskKey::run))
                .set("exceptTasks", Columns.of(teardowns, TaskKey::task))
                .set("now", now)
                .list(row -> new Retaken(TaskRepository.key(row), TaskState.valueOf(row.getString("state"))));
    }
}

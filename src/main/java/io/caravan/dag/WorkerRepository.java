package io.caravan.dag;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Processes that work, each with a lease by the database's clock. Joins the transaction of its caller. */
final class WorkerRepository {
    private final Database database;

    WorkerRepository(Database database) {
        this.database = database;
    }

    private static final Query REGISTER = Query.of("""
            insert into caravan.dag_worker (id, node, until) values (:id, :node, clock_timestamp() + :lease * interval '1 microsecond')""");

    private static final Query RENEW = Query.of("""
            update caravan.dag_worker set until = clock_timestamp() + :lease * interval '1 microsecond' where id = :id""");

    private static final Query COUNT =
            Query.of("select count(*) from caravan.dag_worker where until > clock_timestamp()");

    private static final Query LEAVE = Query.of("delete from caravan.dag_worker where id = :id");

    private static final Query DEAD = Query.of("""
            select id, node from caravan.dag_worker where until < clock_timestamp() order by id for update skip locked""");

    /** Their tasks may be claimed by anybody at once, but for those of runs that are cancelled; the number of the claim that they had is no longer the newest. */
    private static final Query RETAKE = Query.of("""
            with kept as (
                insert into caravan.dag_attempt (run, task, map_index, attempt, claim, state, node, started_at, ended_at, error)
                select run, task, map_index, attempt, claim, 'LOST', :node, started_at, :now, 'the worker died'
                  from caravan.dag_task_active where worker = :id and state = 'RUNNING'
            )
            update caravan.dag_task_active t
               set state = case when r.cancelling then 'FAILED' else 'READY' end, worker = null, claim = t.claim + 1, lost = t.lost + 1,
                   ready_at = case when not r.cancelling then :now::timestamptz end, ended_at = case when r.cancelling then :now::timestamptz end,
                   error = case when r.cancelling then r.note else t.error end,
                   note = case when r.cancelling then :node || ' died' else 'taken over: ' || :node || ' died' end
              from caravan.dag_run_active r
             where t.worker = :id and t.state = 'RUNNING' and r.id = t.run
            returning t.run, t.task, t.map_index""");

    record Dead(UUID id, String node) {}

    void register(UUID id, String node, Duration lease) {
        REGISTER.on(database)
                .set("id", id)
                .set("node", node)
                .set("lease", lease)
                .update();
    }

    /** False: it was found dead, and its tasks are others'. */
    boolean renew(UUID id, Duration lease) {
        return RENEW.on(database).set("id", id).set("lease", lease).update() == 1;
    }

    int count() {
        return COUNT.on(database).first(row -> row.getInt(1)).orElse(0);
    }

    void leave(UUID id) {
        LEAVE.on(database).set("id", id).update();
    }

    /** Workers whose lease has run out, locked until the transaction ends. */
    List<Dead> dead() {
        return DEAD.on(database).list(row -> new Dead(Query.uuid(row, "id"), row.getString("node")));
    }

    List<TaskKey> retake(Dead worker, Instant now) {
        return RETAKE.on(database)
                .set("id", worker.id())
                .set("node", worker.node())
                .set("now", now)
                .list(TaskRepository::key);
    }
}

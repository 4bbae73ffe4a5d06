package io.caravan.dag.engine;

import io.caravan.dag.run.Columns;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskKey;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Runs as hands change them, in progress or in the history. Joins the transaction of its caller, who locks the workflows first, then the runs; a run that another transaction moves to or from the
 * history meanwhile makes PostgreSQL refuse with 40001: try again. Safe for any thread.
 */
public final class RunChangeRepository {
    private static final String STANDING = "select " + RunRepository.COLUMNS + ", r.state, r.cancelling ";

    private static final Query FIND =
            Query.of(STANDING + " from caravan.dag_run r where r.id = any(:ids::uuid[]) order by r.logical_time");

    private static final Query LOCK = Query.of(
            STANDING + " from caravan.dag_run r where r.id = any(:ids::uuid[]) order by r.id for no key update");

    private static final Query OF_RANGE = Query.of("""
            select id from caravan.dag_run where dag = :dag and logical_time between :from and :to order by logical_time""");

    private static final Query AT = Query.of(STANDING + """
             from caravan.dag_logical_time l join caravan.dag_run r on r.id = l.run
             where l.dag = :dag and l.logical_time = :time""");

    /** One who asks for the same at the same time waits until this transaction has ended. */
    private static final Query LOCK_ASKED = Query.of("select pg_advisory_xact_lock(hashtextextended(:key::text, 0))");

    private static final Query ASKED = Query.of(STANDING + """
             from caravan.dag_logical_time l join caravan.dag_run r on r.id = l.run where l.asked_by = :key""");

    private static final Query KEEP_ASKED = Query.of("""
            update caravan.dag_logical_time set asked_by = :key where dag = :dag and logical_time = :time""");

    private static final Query FORGET_ASKED =
            Query.of("update caravan.dag_logical_time set asked_by = null where asked_by = :key");

    private static final Query KEEP_LEADER =
            Query.of("update caravan.dag_run_active set led_by = :leader where id = :run");

    private static final Query ROW = Query.of("""
            with recursive row (dag, before, step) as (
                select r.dag, coalesce(r.led_by, r.parent_run), 0 from caravan.dag_run r where r.id = :run
                union all
                select r.dag, coalesce(r.led_by, r.parent_run), row.step + 1 from row join caravan.dag_run r on r.id = row.before
            )
            select dag from row order by step desc""");

    /** Runs in progress that these have started, and those that they have started in turn. */
    private static final Query DESCENDANTS = Query.of("""
            with recursive family as (
                select id, dag from caravan.dag_run_active where id = any(:ids::uuid[])
                union
                select c.id, c.dag from caravan.dag_run_active c join family f on c.parent_run = f.id
            )
            select id, dag from family""");

    private static final Query STARTED_BY = Query.of("""
            select c.id from caravan.dag_run_active c
              join unnest(:runs::uuid[], :tasks::text[], :indexes::int[]) as t (run, task, map_index)
                on c.parent_run = t.run and c.parent_task = t.task and c.parent_index = t.map_index""");

    private static final Query CANCEL = Query.of("""
            update caravan.dag_run_active set cancelling = true, note = :note where id = any(:ids::uuid[])""");

    private static final Query CANCELLING = Query.of("""
            select r.id from caravan.dag_run_active r
             where r.cancelling and not exists (select from caravan.dag_task_active t where t.run = r.id and t.state = 'RUNNING')""");

    private static final Query END_OVERDUE = Query.of("""
            update caravan.dag_run_active r
               set cancelling = true, timed_out = true, note = 'not done ' || date_trunc('second', :now - r.started_at) || ' after its start, which was its timeout'
             where r.id = any(:ids::uuid[]) and r.timeout_at <= :now and r.state = 'RUNNING' and not r.cancelling
            returning r.id""");

    private static final Query NOTE = Query.of("update caravan.dag_run set note = :note where id = :id");

    /** Not as part of the backfill that it was: it takes its turn among the other runs of its workflow. */
    private static final Query REOPEN = Query.of("""
            update caravan.dag_run
               set state = :state, lane = 0, ended_on = 'infinity', ended_at = null, started_at = case :state when 'RUNNING' then started_at end,
                   timeout_at = null, cancelling = false, timed_out = false, reopened = true,
                   note = coalesce(:note, case when note !~ '^(cancelled|run marked|not done) ' then note end)
             where id = :id and ended_on < 'infinity'""");

    private static final Query REOPEN_TASKS = Query.of("""
            update caravan.dag_task set ended_on = 'infinity' where run = :id and ended_on < 'infinity'""");

    private static final Query RENEW = Query.of("""
            update caravan.dag_run_active set version = :version, kind = 'BACKFILL', lane = 1, backfill = :backfill, params = :params::jsonb where id = :id""");

    private final Database database;

    public RunChangeRepository(Database database) {
        this.database = database;
    }

    /** Where a run stands. */
    public record Standing(DagRun run, RunState state, boolean cancelling) {}

    /** A run and its workflow. */
    record Kin(UUID run, String dag) {}

    public List<Standing> find(List<UUID> ids) {
        return FIND.on(database).set("ids", ids).list(RunChangeRepository::standing);
    }

    /** The same, locked until the transaction ends. */
    public List<Standing> lock(List<UUID> ids) {
        return LOCK.on(database).set("ids", ids).list(RunChangeRepository::standing);
    }

    /** Runs whose logical time lies there, both ends included. */
    List<UUID> ofRange(String dag, Instant from, Instant to) {
        return OF_RANGE.on(database)
                .set("dag", dag)
                .set("from", from)
                .set("to", to)
                .list(row -> Query.uuid(row, "id"));
    }

    public Optional<Standing> at(String dag, Instant logicalTime) {
        return AT.on(database).set("dag", dag).set("time", logicalTime).first(RunChangeRepository::standing);
    }

    /** The run that was started for an {@link Occasion}'s key; nobody else starts one for it until the transaction ends. */
    public Optional<Standing> asked(UUID key) {
        LOCK_ASKED.on(database).set("key", key).list(row -> true);
        return ASKED.on(database).set("key", key).first(RunChangeRepository::standing);
    }

    /** That run was started for the key. */
    public void keepAsked(UUID key, DagRun run) {
        KEEP_ASKED
                .on(database)
                .set("key", key)
                .set("dag", run.dag())
                .set("time", run.logicalTime())
                .update();
    }

    /** What was started for the key doesn't count any more. */
    public void forgetAsked(UUID key) {
        FORGET_ASKED.on(database).set("key", key).update();
    }

    /** The run was started on account of another. */
    public void keepLeader(DagRun run, UUID leader) {
        KEEP_LEADER.on(database).set("run", run.id()).set("leader", leader).update();
    }

    /** The workflows of the runs that have led to this one, each by starting the next; its own is the last. */
    public List<String> row(UUID run) {
        return ROW.on(database).set("run", run).list(found -> found.getString("dag"));
    }

    /** Those of these that are in progress, and all in progress that they have led to. */
    List<Kin> family(List<UUID> ids) {
        return DESCENDANTS
                .on(database)
                .set("ids", ids)
                .list(row -> new Kin(Query.uuid(row, "id"), row.getString("dag")));
    }

    /** Runs in progress that these tasks have started. */
    List<UUID> startedBy(List<TaskKey> tasks) {
        return STARTED_BY
                .on(database)
                .set("runs", Columns.of(tasks, TaskKey::run))
                .set("tasks", Columns.of(tasks, TaskKey::task))
                .set("indexes", Columns.of(tasks, TaskKey::mapIndex))
                .list(row -> Query.uuid(row, "id"));
    }

    void cancel(List<UUID> ids, String note) {
        CANCEL.on(database).set("ids", ids).set("note", note).update();
    }

    /** Those of these whose timeout is over, from now on being ended. */
    List<UUID> endOverdue(List<UUID> ids, Instant now) {
        return END_OVERDUE.on(database).set("ids", ids).set("now", now).list(row -> Query.uuid(row, "id"));
    }

    /** Runs that are being ended while nothing of them runs any more: they could end. */
    List<UUID> cancellable() {
        return CANCELLING.on(database).list(row -> Query.uuid(row, "id"));
    }

    public void note(UUID id, String note) {
        NOTE.on(database).set("id", id).set("note", note).update();
    }

    /** Brings a run and its tasks back from the history; its note stays where none is given, unless it tells how the run was ended. */
    public void reopen(UUID id, RunState state, @Nullable String note) {
        REOPEN.on(database).set("id", id).set("state", state).set("note", note).update();
        REOPEN_TASKS.on(database).set("id", id).update();
    }

    /** From now on it is part of a backfill, by another version. */
    void renew(UUID id, int version, UUID backfill, String params) {
        RENEW.on(database)
                .set("id", id)
                .set("version", version)
                .set("backfill", backfill)
                .set("params", params)
                .update();
    }

    private static Standing standing(ResultSet row) throws SQLException {
        return new Standing(
                RunRepository.run(row), RunState.valueOf(row.getString("state")), row.getBoolean("cancelling"));
    }
}

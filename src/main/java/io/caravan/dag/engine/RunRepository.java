package io.caravan.dag.engine;

import io.caravan.dag.run.Columns;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskKey;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Runs of workflows. Joins the transaction of its caller. Safe for any thread; holds nothing. */
public final class RunRepository {
    private final Database database;

    public RunRepository(Database database) {
        this.database = database;
    }

    static final String COLUMNS =
            "r.id, r.dag, r.version, r.kind, r.logical_time, r.interval_start, r.interval_end, r.due_at, r.params::text, r.depth, coalesce(r.started_at, r.created_at) as started_at";

    private static final Query RESERVE = Query.of("""
            insert into caravan.dag_logical_time (dag, logical_time, run)
            select * from unnest(:dags::text[], :times::timestamptz[], :runs::uuid[])
            on conflict do nothing
            returning run""");

    private static final Query INSERT = Query.of("""
            insert into caravan.dag_run (id, dag, version, kind, state, logical_time, interval_start, interval_end, due_at, params, lane, backfill,
                                         parent_run, parent_task, parent_index, depth, created_at, created_by, note)
            select n.id, n.dag, n.version, n.kind, 'QUEUED', n.logical_time, n.interval_start, n.interval_end, n.due_at, n.params::jsonb,
                   case n.kind when 'BACKFILL' then 1 else 0 end, n.backfill, n.parent_run, n.parent_task, n.parent_index, n.depth, :now, n.created_by, n.note
              from unnest(:ids::uuid[], :dags::text[], :versions::int[], :kinds::text[], :times::timestamptz[], :starts::timestamptz[], :ends::timestamptz[],
                          :dueAt::timestamptz[], :params::text[], :backfills::uuid[], :parents::uuid[], :parentTasks::text[], :parentIndexes::int[],
                          :depths::int[], :createdBy::text[], :notes::text[])
                   as n (id, dag, version, kind, logical_time, interval_start, interval_end, due_at, params, backfill, parent_run, parent_task, parent_index,
                         depth, created_by, note)""");

    private static final Query LOCK_WORKFLOWS = Query.of("""
            select dag from caravan.dag_workflow where dag = any(:dags) order by dag for no key update""");

    /** The oldest queued runs for which their workflow has room; a paused one has none, and one that depends on its past goes one by one. */
    private static final Query START = Query.of("""
            with active as (
                select dag, count(*) as running from caravan.dag_run_active where dag = any(:dags) and state = 'RUNNING' and lane = 0 group by dag
            ), due as (
                select r.id, row_number() over (partition by r.dag, r.lane order by r.logical_time) as rank,
                       w.max_active_runs - coalesce(a.running, 0) as room, r.lane
                  from caravan.dag_run_active r
                  join caravan.dag_workflow w on w.dag = r.dag
                  left join active a on a.dag = r.dag
                 where r.dag = any(:dags) and r.state = 'QUEUED' and not w.paused
                   and (not w.depends_on_past or r.kind = 'MANUAL'
                        or r.id = (select d.run from caravan.dag_backfill_date d
                                    where d.backfill = r.backfill and d.state = 'STARTED' order by d.position limit 1)
                        or coalesce((
                        select p.state = 'SUCCESS' from caravan.dag_run p
                         where p.dag = r.dag and p.logical_time < r.logical_time and p.kind <> 'MANUAL'
                         order by p.logical_time desc limit 1), true))
            )
            update caravan.dag_run_active r
               set state = 'RUNNING', started_at = coalesce(r.started_at, :now)
              from due
             where r.id = due.id and (due.rank <= due.room or due.lane = 1) and r.state = 'QUEUED'
            returning\s""" + COLUMNS + ", r.reopened");

    private static final Query SET_TIMEOUTS = Query.of("""
            update caravan.dag_run_active r set timeout_at = t.at from unnest(:runs::uuid[], :times::timestamptz[]) as t (run, at) where r.id = t.run""");

    private static final Query OVERDUE = Query.of("""
            select id from caravan.dag_run_active where timeout_at <= :now and state = 'RUNNING' and not cancelling order by id""");

    private static final Query STUCK = Query.of("""
            select r.id from caravan.dag_run_active r
             where r.state = 'RUNNING' and r.started_at < :before
               and not exists (select from caravan.dag_task_active t
                                where t.run = r.id and t.state in ('READY', 'RUNNING', 'UP_FOR_RETRY', 'UP_FOR_RESCHEDULE', 'AWAITING'))
             limit 100""");

    private static final Query LOCK = Query.of("select " + COLUMNS + """
            , r.state, coalesce((select w.paused from caravan.dag_workflow w where w.dag = r.dag), false) as paused, r.cancelling, r.timed_out
              from caravan.dag_run_active r where r.id = any(:ids::uuid[]) order by r.id for no key update""");

    private static final Query FACTS =
            Query.of("select " + COLUMNS + " from caravan.dag_run_active r where r.id = any(:ids::uuid[])");

    private static final Query END_RUN = Query.of("""
            update caravan.dag_run r set state = e.state, ended_at = :now, ended_on = :now, note = coalesce(e.note, r.note)
              from unnest(:ids::uuid[], :states::text[], :notes::text[]) as e (id, state, note)
             where r.id = e.id and r.ended_on = 'infinity'""");

    private static final Query END_TASKS = Query.of("""
            update caravan.dag_task set ended_on = :now where run = any(:ids::uuid[]) and ended_on = 'infinity'""");

    private static final Query STATE = Query.of("select state from caravan.dag_run where id = :id");

    private static final Query QUEUED_DAGS =
            Query.of("select distinct dag from caravan.dag_run_active where state = 'QUEUED'");

    private static final Query ACTIVE = Query.of("""
            select count(*) from caravan.dag_run_active where dag = :dag and lane = 0""");

    /** A run to be made. */
    public record NewRun(
            DagRun run,
            String createdBy,
            @Nullable UUID backfill,
            @Nullable TaskKey parent,
            @Nullable String note) {
        /** Whether its logical time is but the moment at which somebody asked for it. */
        boolean isOfNow() {
            return run.kind() == RunKind.MANUAL && run.logicalTime().equals(run.dueAt());
        }

        NewRun later(Duration by) {
            return new NewRun(run.at(run.logicalTime().plus(by)), createdBy, backfill, parent, note);
        }
    }

    /** A run in progress, locked until the transaction ends. */
    record Locked(DagRun run, RunState state, boolean paused, boolean cancelling, boolean timedOut) {}

    /** @param reopened its tasks are rows already: it was brought back by hand */
    record Started(DagRun run, boolean reopened) {}

    /** How a run ends. */
    record End(UUID run, RunState state, @Nullable String note) {}

    /** Makes those whose logical time has no run yet; the answer is which. Of a run by hand "now" is as good a moment later, when there are many at once. */
    List<NewRun> create(List<NewRun> runs, Instant now) {
        List<NewRun> made = new ArrayList<>(reserve(runs));
        List<NewRun> late = without(runs, made).stream().filter(NewRun::isOfNow).toList();
        while (!late.isEmpty()) {
            List<NewRun> moved = new ArrayList<>();
            for (NewRun each : late) {
                moved.add(each.later(ChronoUnit.MICROS.getDuration().multipliedBy(moved.size() + 1L)));
            }
            List<NewRun> reserved = reserve(moved);
            made.addAll(reserved);
            late = without(moved, reserved);
        }
        insert(made, now);
        return made;
    }

    private static List<NewRun> without(List<NewRun> runs, List<NewRun> others) {
        Set<UUID> ids = new HashSet<>();
        others.forEach(each -> ids.add(each.run().id()));
        return runs.stream().filter(each -> !ids.contains(each.run().id())).toList();
    }

    private List<NewRun> reserve(List<NewRun> runs) {
        Set<UUID> fresh = new HashSet<>(RESERVE.on(database)
                .set("dags", Columns.of(runs, each -> each.run().dag()))
                .set("times", Columns.of(runs, each -> each.run().logicalTime()))
                .set("runs", Columns.of(runs, each -> each.run().id()))
                .list(row -> Query.uuid(row, "run")));
        return runs.stream().filter(each -> fresh.contains(each.run().id())).toList();
    }

    private void insert(List<NewRun> made, Instant now) {
        if (made.isEmpty()) {
            return;
        }
        INSERT.on(database)
                .set("now", now)
                .set("ids", Columns.of(made, each -> each.run().id()))
                .set("dags", Columns.of(made, each -> each.run().dag()))
                .set("versions", Columns.of(made, each -> each.run().version()))
                .set("kinds", Columns.of(made, each -> each.run().kind()))
                .set("times", Columns.of(made, each -> each.run().logicalTime()))
                .set("starts", Columns.of(made, each -> each.run().intervalStart()))
                .set("ends", Columns.of(made, each -> each.run().intervalEnd()))
                .set("dueAt", Columns.of(made, each -> each.run().dueAt()))
                .set("params", Columns.of(made, each -> each.run().params()))
                .set("backfills", Columns.of(made, NewRun::backfill))
                .set(
                        "parents",
                        Columns.of(
                                made,
                                each -> each.parent() == null
                                        ? null
                                        : each.parent().run()))
                .set(
                        "parentTasks",
                        Columns.of(
                                made,
                                each -> each.parent() == null
                                        ? null
                                        : each.parent().task()))
                .set(
                        "parentIndexes",
                        Columns.of(
                                made,
                                each -> each.parent() == null
                                        ? null
                                        : each.parent().mapIndex()))
                .set("depths", Columns.of(made, each -> each.run().depth()))
                .set("createdBy", Columns.of(made, NewRun::createdBy))
                .set("notes", Columns.of(made, NewRun::note))
                .update();
    }

    /** Starts what has room; the workflows stay locked until the transaction ends, so that no other node fills the same room. */
    List<Started> start(List<String> dags, Instant now) {
        lockWorkflows(dags);
        return START.on(database)
                .set("dags", dags)
                .set("now", now)
                .list(row -> new Started(run(row), row.getBoolean("reopened")));
    }

    /** Keeps others from starting runs of these until the transaction ends; to be locked before any run. */
    void lockWorkflows(List<String> dags) {
        LOCK_WORKFLOWS.on(database).set("dags", dags).list(row -> true);
    }

    void setTimeouts(List<UUID> runs, List<Instant> times) {
        SET_TIMEOUTS.on(database).set("runs", runs).set("times", times).update();
    }

    /** Runs in progress among these, locked in order. */
    List<Locked> lock(List<UUID> ids) {
        return LOCK.on(database)
                .set("ids", ids)
                .list(row -> new Locked(
                        run(row),
                        RunState.valueOf(row.getString("state")),
                        row.getBoolean("paused"),
                        row.getBoolean("cancelling"),
                        row.getBoolean("timed_out")));
    }

    /** Runs whose timeout is over and that nobody has ended. */
    List<UUID> overdue(Instant now) {
        return OVERDUE.on(database).set("now", now).list(row -> Query.uuid(row, "id"));
    }

    /** Runs that began before then and of which no task is under way or due. */
    List<UUID> stuck(Instant before) {
        return STUCK.on(database).set("before", before).list(row -> Query.uuid(row, "id"));
    }

    List<DagRun> active(List<UUID> ids) {
        return FACTS.on(database).set("ids", ids).list(RunRepository::run);
    }

    /** Ends runs: they and their tasks leave for the history. */
    void end(List<End> ends, Instant now) {
        List<UUID> ids = ends.stream().map(End::run).toList();
        END_RUN.on(database)
                .set("now", now)
                .set("ids", ids)
                .set("states", Columns.of(ends, End::state))
                .set("notes", Columns.of(ends, End::note))
                .update();
        END_TASKS.on(database).set("now", now).set("ids", ids).update();
    }

    /** How a run stands, in progress or ended. */
    public Optional<RunState> state(UUID run) {
        return STATE.on(database).set("id", run).first(row -> RunState.valueOf(row.getString(1)));
    }

    List<String> dagsWithQueuedRuns() {
        return QUEUED_DAGS.on(database).list(row -> row.getString(1));
    }

    /** How many runs of a workflow, backfills aside, are queued or running. */
    int activeRuns(String dag) {
        return ACTIVE.on(database).set("dag", dag).first(row -> row.getInt(1)).orElse(0);
    }

    static DagRun run(ResultSet row) throws SQLException {
        return new DagRun(
                Query.uuid(row, "id"),
                row.getString("dag"),
                row.getInt("version"),
                RunKind.valueOf(row.getString("kind")),
                Query.requiredInstant(row, "logical_time"),
                Query.requiredInstant(row, "interval_start"),
                Query.requiredInstant(row, "interval_end"),
                Query.requiredInstant(row, "due_at"),
                row.getString("params"),
                row.getInt("depth"),
                Query.requiredInstant(row, "started_at"));
    }
}

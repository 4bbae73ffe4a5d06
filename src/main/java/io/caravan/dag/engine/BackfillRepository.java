package io.caravan.dag.engine;

import io.caravan.dag.engine.BackfillPlan.Action;
import io.caravan.dag.engine.BackfillPlan.Step;
import io.caravan.dag.run.Columns;
import io.caravan.dag.run.RunState;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Backfills and their logical times. Joins the transaction of its caller. Safe for any thread. */
public final class BackfillRepository {
    private static final String COLUMNS = """
            select b.id, b.dag, b.from_time, b.to_time, b.newest_first, b.reprocess, b.max_active_runs, b.params::text, b.paused, b.state, b.created_at, b.created_by,
                   b.ended_at, coalesce(d.planned, 0) as planned, coalesce(d.active, 0) as active, coalesce(d.ended, 0) as ended, coalesce(d.failed, 0) as failed,
                   coalesce(d.skipped, 0) as skipped
              from caravan.dag_backfill b
              left join lateral (
                    select count(*) filter (where d.state = 'PLANNED') as planned, count(*) filter (where d.state = 'SKIPPED') as skipped,
                           count(*) filter (where d.state = 'STARTED' and r.state in ('QUEUED', 'RUNNING')) as active,
                           count(*) filter (where d.state = 'STARTED' and r.state not in ('QUEUED', 'RUNNING')) as ended,
                           count(*) filter (where d.state = 'STARTED' and r.state in ('FAILED', 'CANCELLED')) as failed
                      from caravan.dag_backfill_date d left join caravan.dag_run r on r.id = d.run
                     where d.backfill = b.id) d on true
            """;

    private static final Query LIST =
            Query.of(COLUMNS + " where b.dag = :dag or :dag = '' order by b.created_at desc limit :limit");

    private static final Query FIND =
            Query.of(COLUMNS + " where b.id::text like :prefix || '%' order by b.created_at desc limit 2");

    private static final Query OF_DAG = Query.of(COLUMNS + " where b.dag = :dag order by b.created_at desc limit 1");

    private static final Query DATES = Query.of("""
            select d.position, d.logical_time, d.interval_start, d.interval_end, d.run, d.state, d.reason, r.state as run_state
              from caravan.dag_backfill_date d left join caravan.dag_run r on r.id = d.run
             where d.backfill = :id
             order by d.position""");

    private static final Query INSERT = Query.of("""
            insert into caravan.dag_backfill (id, dag, from_time, to_time, newest_first, reprocess, max_active_runs, params, state, created_at, created_by)
            values (:id, :dag, :from, :to, :newestFirst, :reprocess, :maxActiveRuns, :params::jsonb, 'RUNNING', :now, :by)
            on conflict (dag) where state = 'RUNNING' do nothing""");

    private static final Query INSERT_DATES = Query.of("""
            insert into caravan.dag_backfill_date (backfill, position, logical_time, interval_start, interval_end, state, reason)
            select :id, * from unnest(:positions::int[], :times::timestamptz[], :starts::timestamptz[], :ends::timestamptz[], :states::text[], :reasons::text[])""");

    private static final Query EXISTING = Query.of("""
            select logical_time, state from caravan.dag_run where dag = :dag and logical_time between :from and :to""");

    private static final Query LIVE = Query.of("""
            select b.id from caravan.dag_backfill b join caravan.dag_workflow w on w.dag = b.dag
             where b.state = 'RUNNING' and not b.paused and w.active order by b.id""");

    private static final Query LOCK_LIVE = Query.of("""
            select id, dag, reprocess, max_active_runs, params::text, created_by,
                   (select count(*) from caravan.dag_run_active r where r.backfill = b.id) as active
              from caravan.dag_backfill b where id = :id and state = 'RUNNING' and not paused
               for update skip locked""");

    private static final Query LOCK =
            Query.of("select state, paused from caravan.dag_backfill where id = :id for update");

    private static final Query NEXT = Query.of("""
            select position, logical_time, interval_start, interval_end, run, state, reason, null::text as run_state
              from caravan.dag_backfill_date where backfill = :id and state = 'PLANNED' order by position limit :limit""");

    private static final Query SETTLE_DATE = Query.of("""
            update caravan.dag_backfill_date set state = :state, run = :run::uuid, reason = coalesce(:reason, reason)
             where backfill = :id and position = :position""");

    private static final Query SKIP_PLANNED = Query.of("""
            update caravan.dag_backfill_date set state = 'SKIPPED', reason = :reason where backfill = :id and state = 'PLANNED'""");

    private static final Query PAUSE =
            Query.of("update caravan.dag_backfill set paused = :paused where id = :id and paused <> :paused");

    private static final Query END = Query.of("""
            update caravan.dag_backfill set state = :state, paused = false, ended_at = :now where id = :id""");

    private static final Query QUEUED_RUNS = Query.of("""
            select id from caravan.dag_run_active where backfill = :id and state = 'QUEUED'""");

    private final Database database;

    public BackfillRepository(Database database) {
        this.database = database;
    }

    /** A backfill that makes runs. */
    record Live(
            UUID id, String dag, Reprocess reprocess, int maxActiveRuns, int active, String params, String createdBy) {
        int room() {
            return maxActiveRuns - active;
        }
    }

    /** The newest first; of all workflows when {@code dag} is empty. */
    public List<Backfill> list(String dag, int limit) {
        return LIST.on(database).set("dag", dag).set("limit", limit).list(BackfillRepository::backfill);
    }

    /** Those whose id begins so; two at most. */
    public List<Backfill> find(String prefix) {
        return FIND.on(database).set("prefix", prefix.toLowerCase(Locale.ROOT)).list(BackfillRepository::backfill);
    }

    /** The newest of a workflow. */
    public Optional<Backfill> latest(String dag) {
        return OF_DAG.on(database).set("dag", dag).first(BackfillRepository::backfill);
    }

    public List<BackfillDate> dates(UUID id) {
        return DATES.on(database).set("id", id).list(BackfillRepository::date);
    }

    /** False: the workflow has another one that isn't done. */
    public boolean insert(Backfill backfill, List<Step> steps) {
        int made = INSERT.on(database)
                .set("id", backfill.id())
                .set("dag", backfill.dag())
                .set("from", backfill.from())
                .set("to", backfill.to())
                .set("newestFirst", backfill.newestFirst())
                .set("reprocess", backfill.reprocess())
                .set("maxActiveRuns", backfill.maxActiveRuns())
                .set("params", backfill.params())
                .set("now", backfill.createdAt())
                .set("by", backfill.createdBy())
                .update();
        if (made == 0) {
            return false;
        }
        INSERT_DATES
                .on(database)
                .set("id", backfill.id())
                .set("positions", IntStream.range(0, steps.size()).boxed().toList())
                .set("times", Columns.of(steps, step -> step.tick().logicalTime()))
                .set("starts", Columns.of(steps, step -> step.tick().interval().start()))
                .set("ends", Columns.of(steps, step -> step.tick().interval().end()))
                .set("states", Columns.of(steps, step -> step.action() == Action.SKIP ? "SKIPPED" : "PLANNED"))
                .set("reasons", Columns.of(steps, Step::reason))
                .update();
        return true;
    }

    /** Where the runs stand that a workflow has in a range, by logical time. */
    public Map<Instant, RunState> existing(String dag, Instant from, Instant to) {
        Map<Instant, RunState> existing = new HashMap<>();
        EXISTING.on(database)
                .set("dag", dag)
                .set("from", from)
                .set("to", to)
                .list(row -> existing.put(
                        Query.requiredInstant(row, "logical_time"), RunState.valueOf(row.getString("state"))));
        return existing;
    }

    /** Those that may make runs. */
    List<UUID> live() {
        return LIVE.on(database).list(row -> Query.uuid(row, "id"));
    }

    /** Empty: it is no longer live, or another node is busy with it. */
    Optional<Live> lockLive(UUID id) {
        return LOCK_LIVE
                .on(database)
                .set("id", id)
                .first(row -> new Live(
                        Query.uuid(row, "id"),
                        row.getString("dag"),
                        Reprocess.valueOf(row.getString("reprocess")),
                        row.getInt("max_active_runs"),
                        row.getInt("active"),
                        row.getString("params"),
                        row.getString("created_by")));
    }

    /** Keeps nodes from making runs of it until the transaction ends. The answer is its state. */
    public Optional<Backfill.State> lock(UUID id) {
        return LOCK.on(database).set("id", id).first(row -> Backfill.State.valueOf(row.getString("state")));
    }

    List<BackfillDate> next(UUID id, int limit) {
        return NEXT.on(database).set("id", id).set("limit", limit).list(BackfillRepository::date);
    }

    void started(UUID id, int position, UUID run) {
        settle(id, position, BackfillDate.State.STARTED, run, null);
    }

    void skipped(UUID id, int position, String reason) {
        settle(id, position, BackfillDate.State.SKIPPED, null, reason);
    }

    private void settle(UUID id, int position, BackfillDate.State state, @Nullable UUID run, @Nullable String reason) {
        SETTLE_DATE
                .on(database)
                .set("id", id)
                .set("position", position)
                .set("state", state)
                .set("run", run)
                .set("reason", reason)
                .update();
    }

    public void skipPlanned(UUID id, String reason) {
        SKIP_PLANNED.on(database).set("id", id).set("reason", reason).update();
    }

    /** False: it was so already. */
    public boolean pause(UUID id, boolean paused) {
        return PAUSE.on(database).set("id", id).set("paused", paused).update() == 1;
    }

    public void end(UUID id, Backfill.State state, Instant now) {
        END.on(database).set("id", id).set("state", state).set("now", now).update();
    }

    public List<UUID> queuedRuns(UUID id) {
        return QUEUED_RUNS.on(database).set("id", id).list(row -> Query.uuid(row, "id"));
    }

    private static Backfill backfill(ResultSet row) throws SQLException {
        return new Backfill(
                Query.uuid(row, "id"),
                row.getString("dag"),
                Query.requiredInstant(row, "from_time"),
                Query.requiredInstant(row, "to_time"),
                row.getBoolean("newest_first"),
                Reprocess.valueOf(row.getString("reprocess")),
                row.getInt("max_active_runs"),
                row.getString("params"),
                row.getBoolean("paused"),
                Backfill.State.valueOf(row.getString("state")),
                Query.requiredInstant(row, "created_at"),
                row.getString("created_by"),
                Optional.ofNullable(Query.instant(row, "ended_at")),
                row.getInt("planned"),
                row.getInt("active"),
                row.getInt("ended"),
                row.getInt("failed"),
                row.getInt("skipped"));
    }

    private static BackfillDate date(ResultSet row) throws SQLException {
        return new BackfillDate(
                row.getInt("position"),
                Query.requiredInstant(row, "logical_time"),
                Query.requiredInstant(row, "interval_start"),
                Query.requiredInstant(row, "interval_end"),
                row.getObject("run", UUID.class),
                BackfillDate.State.valueOf(row.getString("state")),
                Optional.ofNullable(row.getString("reason")).orElse(""),
                Optional.ofNullable(row.getString("run_state")).map(RunState::valueOf));
    }
}

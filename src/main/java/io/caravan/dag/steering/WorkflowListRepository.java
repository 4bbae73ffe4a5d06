package io.caravan.dag.steering;

import io.caravan.dag.run.RunState;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Workflows as people look at them. Safe for any thread. */
public final class WorkflowListRepository {
    private static final Query LIST = Query.of("""
            with newest as (
                select distinct on (dag) dag, id, state, logical_time, coalesce(ended_at, started_at, created_at) as at
                  from caravan.dag_run where dag = :dag or :dag = '' order by dag, logical_time desc
            ), active as (
                select dag, count(*) filter (where state = 'RUNNING') as running, count(*) filter (where state = 'QUEUED') as queued
                  from caravan.dag_run_active group by dag
            )
            select w.dag, w.version, w.active, w.paused, n.id as last_run, n.state as last_state, n.logical_time as last_logical_time, n.at as last_at,
                   coalesce(a.running, 0) as running, coalesce(a.queued, 0) as queued,
                   (select count(*) from caravan.dag_miss m where m.dag = w.dag and m.resolved_at is null) as missed
              from caravan.dag_workflow w left join newest n on n.dag = w.dag left join active a on a.dag = w.dag
             where w.dag = :dag or :dag = ''
             order by w.dag""");

    private static final Query SOURCE = Query.of("""
            select source, created_at, created_by from caravan.dag_version where dag = :dag and version = :version""");

    private final Database database;

    public WorkflowListRepository(Database database) {
        this.database = database;
    }

    /** The run of the newest logical time. */
    public record LastRun(UUID id, RunState state, Instant logicalTime, Instant at) {}

    /**
     * How a workflow stands.
     *
     * @param active false: no file defines it any more
     * @param missed deadlines and expectations that were missed and not made up for
     */
    public record Row(
            String dag,
            int version,
            boolean active,
            boolean paused,
            Optional<LastRun> lastRun,
            int running,
            int queued,
            int missed) {}

    /** What a version was made of, when and by which node. */
    public record Source(String text, Instant createdAt, String createdBy) {}

    public List<Row> list() {
        return rows("");
    }

    public Optional<Row> find(String dag) {
        return rows(dag).stream().findFirst();
    }

    private List<Row> rows(String dag) {
        return LIST.on(database).set("dag", dag).list(WorkflowListRepository::row);
    }

    public Optional<Source> source(String dag, int version) {
        return SOURCE.on(database)
                .set("dag", dag)
                .set("version", version)
                .first(row -> new Source(
                        row.getString("source"),
                        Query.requiredInstant(row, "created_at"),
                        row.getString("created_by")));
    }

    private static Row row(ResultSet row) throws SQLException {
        Optional<LastRun> last = row.getString("last_run") == null
                ? Optional.empty()
                : Optional.of(new LastRun(
                        Query.uuid(row, "last_run"),
                        RunState.valueOf(row.getString("last_state")),
                        Query.requiredInstant(row, "last_logical_time"),
                        Query.requiredInstant(row, "last_at")));
        return new Row(
                row.getString("dag"),
                row.getInt("version"),
                row.getBoolean("active"),
                row.getBoolean("paused"),
                last,
                row.getInt("running"),
                row.getInt("queued"),
                row.getInt("missed"));
    }
}

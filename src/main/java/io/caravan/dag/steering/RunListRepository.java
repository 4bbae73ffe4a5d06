package io.caravan.dag.steering;

import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.RunState;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Runs as people look at them, in progress and ended. Safe for any thread. */
public final class RunListRepository {
    private static final String SELECT = """
            select id, dag, version, kind, state, logical_time, interval_start, interval_end, params::text, created_at, created_by, started_at, ended_at,
                   note, backfill, parent_run, cancelling
              from caravan.dag_run
            """;

    private static final Query LIST = Query.of(SELECT + """
             where (dag = :dag or :dag = '') and (state = any(:states) or cardinality(:states::text[]) = 0)
               and logical_time >= :from and logical_time <= :to
             order by logical_time desc, created_at desc
             limit :limit""");

    private static final Query FIND = Query.of(SELECT
            + "where (dag = :dag or :dag = '') and id::text like :prefix || '%' order by created_at desc limit 2");

    private static final Query BY_ID = Query.of(SELECT + "where id = :id");

    private static final Query LATEST =
            Query.of(SELECT + "where dag = :dag order by logical_time desc, created_at desc limit 1");

    private static final Query AT = Query.of(SELECT + "where dag = :dag and logical_time = :time");

    private final Database database;

    public RunListRepository(Database database) {
        this.database = database;
    }

    /**
     * A run.
     *
     * @param cancelling whether it ends as soon as what runs has let go
     */
    public record Row(
            UUID id,
            String dag,
            int version,
            RunKind kind,
            RunState state,
            Instant logicalTime,
            Instant intervalStart,
            Instant intervalEnd,
            String params,
            Instant createdAt,
            String createdBy,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt,
            Optional<String> note,
            Optional<UUID> backfill,
            Optional<UUID> parent,
            boolean cancelling) {

        /** From its start to its end, or to now; empty: it hasn't begun. */
        public Optional<Duration> took(Instant now) {
            return startedAt.map(start -> Duration.between(start, endedAt.orElse(now)));
        }
    }

    /**
     * Those of the newest logical times first.
     *
     * @param dag empty: of all workflows
     * @param states empty: in any
     */
    public List<Row> list(String dag, List<RunState> states, Instant from, Instant to, int limit) {
        return LIST.on(database)
                .set("dag", dag)
                .set("states", states)
                .set("from", from)
                .set("to", to)
                .set("limit", limit)
                .list(RunListRepository::row);
    }

    /** Those whose id begins so, of a workflow or, if that is empty, of all; two at most. */
    public List<Row> find(String dag, String prefix) {
        return FIND.on(database)
                .set("dag", dag)
                .set("prefix", prefix.toLowerCase(Locale.ROOT))
                .list(RunListRepository::row);
    }

    public Optional<Row> find(UUID id) {
        return BY_ID.on(database).set("id", id).first(RunListRepository::row);
    }

    /** The run of the newest logical time. */
    public Optional<Row> latest(String dag) {
        return LATEST.on(database).set("dag", dag).first(RunListRepository::row);
    }

    public Optional<Row> at(String dag, Instant logicalTime) {
        return AT.on(database).set("dag", dag).set("time", logicalTime).first(RunListRepository::row);
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                Query.uuid(row, "id"),
                row.getString("dag"),
                row.getInt("version"),
                RunKind.valueOf(row.getString("kind")),
                RunState.valueOf(row.getString("state")),
                Query.requiredInstant(row, "logical_time"),
                Query.requiredInstant(row, "interval_start"),
                Query.requiredInstant(row, "interval_end"),
                row.getString("params"),
                Query.requiredInstant(row, "created_at"),
                row.getString("created_by"),
                Optional.ofNullable(Query.instant(row, "started_at")),
                Optional.ofNullable(Query.instant(row, "ended_at")),
                Optional.ofNullable(row.getString("note")),
                Optional.ofNullable(row.getObject("backfill", UUID.class)),
                Optional.ofNullable(row.getObject("parent_run", UUID.class)),
                row.getBoolean("cancelling"));
    }
}

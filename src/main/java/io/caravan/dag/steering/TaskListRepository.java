package io.caravan.dag.steering;

import io.caravan.dag.engine.TaskRepository;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Tasks of a run as people look at them, with their tries. Safe for any thread. */
public final class TaskListRepository {
    private static final Query TASKS = Query.of("""
            select t.run, t.task, t.map_index, t.state, t.attempt, t.ready_at, t.started_at, t.ended_at, t.pool, coalesce(w.node, t.node) as node, t.output::text, t.error, t.note, t.item::text, t.awaits_run, t.awaits_dag, t.awaits_time, t.awaits_until
              from caravan.dag_task t left join caravan.dag_worker w on w.id = t.worker
             where t.run = :run
             order by t.task, t.map_index""");

    private static final Query ATTEMPTS = Query.of("""
            select run, task, map_index, attempt, state, node, started_at, ended_at, error from caravan.dag_attempt
             where run = :run
             order by task, map_index, started_at, attempt""");

    private final Database database;

    public TaskListRepository(Database database) {
        this.database = database;
    }

    /**
     * An instance of a task and its newest try.
     *
     * @param attempt how many tries there were
     * @param readyAt when it could be claimed, or will be asked or tried again
     * @param node that runs it, or ran it last
     * @param output as JSON
     * @param item of the list that it is mapped over, as JSON
     * @param awaits what it waits for, while it is {@link TaskState#AWAITING}
     */
    public record Row(
            TaskKey key,
            TaskState state,
            int attempt,
            Optional<Instant> readyAt,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt,
            Optional<String> pool,
            Optional<String> node,
            Optional<String> output,
            Optional<String> error,
            Optional<String> note,
            Optional<String> item,
            Optional<Awaited> awaits) {

        /** How long its newest try took, or has been running; empty: it has not run. */
        public Optional<Duration> took(Instant now) {
            boolean counts = state == TaskState.RUNNING || endedAt.isPresent();
            return startedAt.filter(start -> counts).map(start -> Duration.between(start, endedAt.orElse(now)));
        }
    }

    /**
     * What a task waits for: the run that it has started, the run of a workflow at a logical time, or else somebody's approval.
     *
     * @param until when it gives up; empty: never
     */
    public record Awaited(
            Optional<UUID> run, Optional<String> dag, Optional<Instant> logicalTime, Optional<Instant> until) {}

    /**
     * An earlier try.
     *
     * @param state how it ended: a {@link TaskState}, {@code LOST} when its worker died, {@code INTERRUPTED} when it was cleared meanwhile
     */
    public record Attempt(
            TaskKey key,
            int attempt,
            String state,
            String node,
            Instant startedAt,
            Instant endedAt,
            Optional<String> error) {
        public Duration took() {
            return Duration.between(startedAt, endedAt);
        }
    }

    public List<Row> tasks(UUID run) {
        return TASKS.on(database).set("run", run).list(TaskListRepository::row);
    }

    /** Tries that were followed by others, the oldest first. */
    public List<Attempt> attempts(UUID run) {
        return ATTEMPTS.on(database)
                .set("run", run)
                .list(row -> new Attempt(
                        TaskRepository.key(row),
                        row.getInt("attempt"),
                        row.getString("state"),
                        row.getString("node"),
                        Query.requiredInstant(row, "started_at"),
                        Query.requiredInstant(row, "ended_at"),
                        Optional.ofNullable(row.getString("error"))));
    }

    private static Optional<Awaited> awaited(ResultSet row, TaskState state) throws SQLException {
        return state != TaskState.AWAITING
                ? Optional.empty()
                : Optional.of(new Awaited(
                        Optional.ofNullable(row.getObject("awaits_run", UUID.class)),
                        Optional.ofNullable(row.getString("awaits_dag")),
                        Optional.ofNullable(Query.instant(row, "awaits_time")),
                        Optional.ofNullable(Query.instant(row, "awaits_until"))));
    }

    private static Row row(ResultSet row) throws SQLException {
        TaskState state = TaskState.valueOf(row.getString("state"));
        return new Row(
                TaskRepository.key(row),
                state,
                row.getInt("attempt"),
                Optional.ofNullable(Query.instant(row, "ready_at")),
                Optional.ofNullable(Query.instant(row, "started_at")),
                Optional.ofNullable(Query.instant(row, "ended_at")),
                Optional.ofNullable(row.getString("pool")),
                Optional.ofNullable(row.getString("node")),
                Optional.ofNullable(row.getString("output")),
                Optional.ofNullable(row.getString("error")),
                Optional.ofNullable(row.getString("note")),
                Optional.ofNullable(row.getString("item")),
                awaited(row, state));
    }
}

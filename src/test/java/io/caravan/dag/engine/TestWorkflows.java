package io.caravan.dag.engine;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.batch.TimeOrderedId;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Retries;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.definition.TriggerRule;
import io.caravan.dag.engine.RunRepository.NewRun;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskFailure;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.run.TaskState;
import io.caravan.dag.schedule.Timetable;
import io.caravan.dag.steering.Backfills;
import io.caravan.dag.steering.DagOperations;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Workflows of a test, and nodes that run them on a real database, with lambdas for routes. */
public final class TestWorkflows implements Definitions, TaskRunners, AutoCloseable {
    public final Database database;
    public final Map<String, DagDefinition> definitions = new ConcurrentHashMap<>();
    final Map<String, Current> versions = new ConcurrentHashMap<>();
    final Map<String, TaskRunner> work = new ConcurrentHashMap<>();
    /** Tasks whose routes are nowhere. */
    final Set<String> absent = ConcurrentHashMap.newKeySet();

    final List<DagEngine> nodes = new ArrayList<>();
    public final List<DagEvents> listeners = new ArrayList<>();
    Clock clock = Clock.systemUTC();

    /** Is asked before a definition is found, and may throw. */
    volatile Runnable beforeFind = () -> {};

    public TestWorkflows(Database database) {
        this.database = database;
    }

    public static TaskDefinition task(String id, String... after) {
        return new TaskDefinition(
                id,
                "route-" + id,
                TaskKind.TASK,
                List.of(after),
                TriggerRule.all_success,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                0,
                Retries.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public static DagDefinition dag(String id, TaskDefinition... tasks) {
        return new DagDefinition(
                id,
                "",
                "",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                16,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                List.of(),
                List.of(tasks));
    }

    public TestWorkflows with(DagDefinition dag) {
        definitions.put(dag.id(), dag);
        Query insert = Query.of("""
                insert into caravan.dag_workflow (dag, version, max_active_runs, max_active_tasks, depends_on_past, first_seen_at, next_due)
                values (:dag, 1, :runs, :tasks, :past, :now, case when :scheduled then :now::timestamptz end)
                on conflict (dag) do update set max_active_runs = excluded.max_active_runs, max_active_tasks = excluded.max_active_tasks""");
        database.runInTransaction(connection -> insert.on(database)
                .set("dag", dag.id())
                .set("runs", dag.maxActiveRuns())
                .set("tasks", dag.maxActiveTasks())
                .set("past", dag.dependsOnPast())
                .set("scheduled", dag.timing().isPresent())
                .set("now", clock.instant())
                .update());
        return this;
    }

    /** Its newest version from now on. */
    public TestWorkflows with(int version, DagDefinition dag) {
        versions.put(dag.id(), new Current(version, dag));
        return this;
    }

    public DagOperations operations() {
        return new DagOperations(database, clock, this, TestWorkflows::timetable);
    }

    public Backfills backfills() {
        return new Backfills(database, clock, this, TestWorkflows::timetable);
    }

    /** Starts the dates of backfills that are due, as a node does that finds workflows here. */
    public void startDueDates(Definitions found) {
        new BackfillDuty(database, found, new DagEvents() {}).run(Instant.now());
    }

    /** The task is being worked on by a node that is never heard of again. */
    public void claimByDeadNode(TaskKey task) {
        UUID dead = UUID.randomUUID();
        database.runInTransaction(connection -> {
            new WorkerRepository(database).register(dead, "dead", Duration.ofMillis(1));
            new TaskRepository(database).claim(dead, List.of(task), Instant.now());
        });
    }

    private static Timetable timetable(DagDefinition dag) {
        return Timetable.of(dag.timing().orElseThrow(), name -> {
            throw new IllegalArgumentException(name);
        });
    }

    public TestWorkflows pool(String name, int slots) {
        Query insert = Query.of("insert into caravan.dag_pool (name, slots) values (:name, :slots)");
        database.runInTransaction(connection ->
                insert.on(database).set("name", name).set("slots", slots).update());
        return this;
    }

    /** Work that succeeds with this output. */
    public TestWorkflows does(String task, Function<Claim, TaskResult> result) {
        work.put(task, (claim, definition, outputs) -> result.apply(claim));
        return this;
    }

    TestWorkflows does(String task, TaskRunner runner) {
        work.put(task, runner);
        return this;
    }

    public DagEngine node() {
        return node(settings -> settings);
    }

    public DagEngine node(UnaryOperator<EngineSettings> settings) {
        return node(database, settings);
    }

    /** A node with connections of its own: when they are cut it can do nothing more, as if it were dead. */
    DagEngine node(Database database, UnaryOperator<EngineSettings> settings) {
        EngineSettings quick = new EngineSettings(
                "node" + nodes.size(), 8, Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofSeconds(2), 90);
        DagEngine node = new DagEngine(
                database,
                clock,
                this,
                this,
                TestWorkflows::timetable,
                name -> {
                    throw new IllegalArgumentException(name);
                },
                listeners,
                settings.apply(quick));
        nodes.add(node);
        node.start();
        return node;
    }

    public UUID trigger(String dag) {
        return trigger(dag, clock.instant());
    }

    public UUID trigger(String dag, Instant logicalTime) {
        return trigger(dag, RunKind.MANUAL, logicalTime);
    }

    public UUID trigger(String dag, RunKind kind, Instant logicalTime) {
        Instant now = clock.instant();
        DagRun run = new DagRun(
                TimeOrderedId.at(now), dag, 1, kind, logicalTime, logicalTime, logicalTime, now, "{}", 0, now);
        database.runInTransaction(connection -> {
            new RunStarter(database, this, new DagEvents() {})
                    .create(List.of(new NewRun(run, "test", null, null, null)), now);
        });
        nodes.forEach(DagEngine::look);
        return run.id();
    }

    /** Waits until a run is over; the answer is how it ended. */
    RunState end(UUID run) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> state(run).orElseThrow().isFinal());
        return state(run).orElseThrow();
    }

    /** Triggers a run and waits for its end. */
    UUID done(String dag) {
        UUID run = trigger(dag);
        end(run);
        return run;
    }

    /** Moves the clock, and lets every node look at it. */
    void advance(Duration by) {
        ((HandClock) clock).advance(by);
        nodes.forEach(DagEngine::look);
    }

    void awaitTask(UUID run, String task, TaskState state) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> tasks(run).get(task) == state);
    }

    /** Waits until a task has been worked on so many times, and what became of the last time is recorded. */
    void awaitTimes(UUID run, String task, long times, TaskState state) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() ->
                        tasks(run).get(task) == state && String.valueOf(times).equals(told(run, task, "claim")));
    }

    public int count(String rows) {
        return ask("select count(*) from caravan." + rows, row -> row.getInt(1));
    }

    /** What a column of a task's newest try says. */
    @Nullable
    String told(UUID run, String task, String column) {
        return ask(
                        "select " + column + "::text from caravan.dag_task where run = '" + run + "' and task = '"
                                + task + "' limit 1",
                        row -> Optional.ofNullable(row.getString(1)))
                .orElse(null);
    }

    public Optional<RunState> state(UUID run) {
        Query query = Query.of("select state from caravan.dag_run where id = :id");
        return database.inTransaction(
                connection -> query.on(database).set("id", run).first(row -> RunState.valueOf(row.getString(1))));
    }

    /** States of all instances, by task and index. */
    public Map<String, TaskState> tasks(UUID run) {
        Query query = Query.of("select task, map_index, state from caravan.dag_task where run = :id");
        Map<String, TaskState> states = new HashMap<>();
        database.runInTransaction(connection -> query.on(database)
                .set("id", run)
                .list(row -> states.put(
                        new TaskKey(run, row.getString(1), row.getInt(2)).toString(),
                        TaskState.valueOf(row.getString(3)))));
        return states;
    }

    public <T> T ask(String sql, Query.RowReader<T> reader) {
        return database.inTransaction(
                connection -> Query.of(sql).on(database).first(reader).orElseThrow());
    }

    @Override
    public Optional<DagDefinition> find(String dag, int version) {
        beforeFind.run();
        Current newest = versions.get(dag);
        return newest != null && newest.version() == version
                ? Optional.of(newest.definition())
                : Optional.ofNullable(definitions.get(dag));
    }

    @Override
    public Optional<Current> current(String dag) {
        return Optional.ofNullable(versions.get(dag))
                .or(() -> find(dag, 1).map(definition -> new Current(1, definition)));
    }

    @Override
    public Optional<TaskRunner> find(String dag, String task) {
        return absent.contains(task)
                ? Optional.empty()
                : Optional.of(work.getOrDefault(task, (claim, definition, outputs) -> succeeded()));
    }

    public static TaskResult succeeded() {
        return new TaskResult.Succeeded(null);
    }

    static TaskResult fails(Exception failure) {
        return TaskFailure.of(failure);
    }

    static TaskResult gives(String json) {
        try {
            return gives(new ObjectMapper().readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public static TaskResult gives(JsonNode output) {
        return new TaskResult.Succeeded(output);
    }

    /** No run is left over for the nodes of the next test, who don't know its workflow. */
    public void forgetRuns() {
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(
                        "truncate caravan.dag_run, caravan.dag_task, caravan.dag_logical_time, caravan.dag_backfill, caravan.dag_backfill_date");
            }
        });
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.stop(Duration.ofSeconds(5)));
    }
}

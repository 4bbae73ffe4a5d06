package io.caravan.dag.engine;

import io.caravan.batch.TimeOrderedId;
import io.caravan.calendar.OnHoliday;
import io.caravan.dag.definition.CatchUp;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.engine.RunRepository.NewRun;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** One node of the workflow engine on a database, with tasks that do nothing: what it takes is the engine's. */
public final class EngineBench implements AutoCloseable {
    private static final int CHAIN = 40;

    private final Database database;
    private final TestWorkflows workflows;
    private final Map<String, Long> begun = new ConcurrentHashMap<>();
    private final Map<String, Long> ended = new ConcurrentHashMap<>();

    public EngineBench(Database database, int workers) {
        this.database = database;
        this.workflows = new TestWorkflows(database);
        TaskOf[] chain = IntStream.range(0, CHAIN)
                .mapToObj(i -> i == 0 ? TaskOf.id("t0") : TaskOf.id("t" + i).after("t" + (i - 1)))
                .toArray(TaskOf[]::new);
        for (int i = 0; i < CHAIN; i++) {
            workflows.does("t" + i, claim -> {
                begun.put(claim.key().task(), System.nanoTime());
                ended.put(claim.key().task(), System.nanoTime());
                return TestWorkflows.succeeded();
            });
        }
        workflows
                .with(DagOf.id("chain").tasks(chain))
                .with(DagOf.id("pair")
                        .maxActiveRuns(100_000)
                        .tasks(TaskOf.id("first"), TaskOf.id("second").after("first")));
        workflows.node(of -> new EngineSettings(
                "bench", workers, Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(5), 90));
    }

    /** Runs the chain; the answer is the milliseconds from its trigger to its recorded end. What passed between its tasks is added to {@code handOvers}, in milliseconds. */
    public double chain(List<Double> handOvers) throws InterruptedException {
        long begin = System.nanoTime();
        workflows.trigger("chain");
        drain();
        double took = millis(begin, System.nanoTime());
        for (int i = 1; i < CHAIN; i++) {
            handOvers.add(millis(ended.getOrDefault("t" + (i - 1), 0L), begun.getOrDefault("t" + i, 0L)));
        }
        return took;
    }

    /** Makes so many runs of two tasks at once; the answer is how many tasks a second are done, from their making to the last one's recorded end. */
    public double pairs(int runs) throws InterruptedException {
        Instant now = Instant.now();
        List<NewRun> made = IntStream.range(0, runs)
                .mapToObj(i -> new DagRun(
                        TimeOrderedId.at(now),
                        "pair",
                        1,
                        RunKind.SCHEDULED,
                        now.plusMillis(i),
                        now,
                        now,
                        now,
                        "{}",
                        0,
                        now))
                .map(run -> new NewRun(run, "bench", null, null, null))
                .toList();
        long begin = System.nanoTime();
        database.runInTransaction(
                connection -> new RunStarter(database, workflows, new DagEvents() {}).create(made, now));
        workflows.nodes.forEach(DagEngine::look);
        drain();
        return 2 * runs / (millis(begin, System.nanoTime()) / 1e3);
    }

    private void drain() throws InterruptedException {
        Query left = Query.of("select 1 from caravan.dag_run_active limit 1");
        while (database.inTransaction(connection -> left.on(database).first(row -> true))
                .isPresent()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Fills the history as if so many runs of three tasks had ended, today and on the 29 days before. */
    public static void fillHistory(Database database, int runs) {
        for (String sql : List.of("""
                do $$ begin
                  for day in 0..31 loop
                    execute format('create table if not exists caravan.dag_run_p%s partition of caravan.dag_run for values from (%L) to (%L)',
                                   to_char(current_date - day, 'YYYYMMDD'), current_date - day, current_date - day + 1);
                    execute format('create table if not exists caravan.dag_task_p%s partition of caravan.dag_task for values from (%L) to (%L)',
                                   to_char(current_date - day, 'YYYYMMDD'), current_date - day, current_date - day + 1);
                  end loop;
                end $$""", """
                create table public.past as
                select gen_random_uuid() as id, n, now() - (n %% 30) * interval '1 day' as at from generate_series(1, %d) as n""".formatted(runs), """
                insert into caravan.dag_logical_time (dag, logical_time, run) select 'chain', at - n * interval '1 second', id from public.past""", """
                insert into caravan.dag_run (id, ended_on, dag, version, kind, state, logical_time, interval_start, interval_end, due_at, created_at, created_by, started_at, ended_at)
                select id, at, 'chain', 1, 'SCHEDULED', 'SUCCESS', at - n * interval '1 second', at, at, at, at, 'schedule', at, at from public.past""", """
                insert into caravan.dag_task (run, task, ended_on, dag, state, attempt, claim, ready_at, started_at, first_started_at, ended_at)
                select id, 't' || i, at, 'chain', 'SUCCESS', 1, 1, at, at, at, at from public.past, generate_series(0, 2) as i""", "drop table public.past")) {
            database.runInTransaction(connection -> execute(connection, sql));
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** So many workflows, each with a schedule that ticks once a minute at a second of its own, for so long; the answer is how many milliseconds after its tick each run's task was claimed, sorted. */
    public List<Double> ticks(int count, Duration span) throws InterruptedException {
        Query insert = Query.of("""
                insert into caravan.dag_workflow (dag, version, max_active_runs, max_active_tasks, next_due)
                select 'tick' || n, 1, 16, 0, now() from generate_series(1, :count) as n""");
        for (int i = 1; i <= count; i++) {
            Timing timing = new Timing(
                    List.of(i % 60 + " * * * * *"),
                    ZoneOffset.UTC,
                    Optional.empty(),
                    Optional.empty(),
                    CatchUp.NONE,
                    Optional.empty(),
                    OnHoliday.SKIP);
            DagDefinition dag = DagOf.id("tick" + i).schedule(timing).tasks(TaskOf.id("work"));
            workflows.definitions.put(dag.id(), dag);
        }
        database.runInTransaction(
                connection -> insert.on(database).set("count", count).update());
        workflows.nodes.forEach(DagEngine::look);
        TimeUnit.SECONDS.sleep(10);
        Instant from = Instant.now();
        TimeUnit.MILLISECONDS.sleep(span.toMillis());
        Query stop = Query.of("update caravan.dag_workflow set active = false where dag like 'tick%'");
        database.runInTransaction(connection -> stop.on(database).update());
        Query lags = Query.of("""
                select extract(epoch from t.first_started_at - r.due_at) * 1e3 as lag
                  from caravan.dag_run r join caravan.dag_task t on t.run = r.id
                 where r.dag like 'tick%' and r.due_at > :from and t.first_started_at is not null order by 1""");
        return new ArrayList<>(database.inTransaction(
                connection -> lags.on(database).set("from", from).list(row -> row.getDouble(1))));
    }

    private static double millis(long from, long to) {
        return (to - from) / 1e6;
    }

    @Override
    public void close() {
        workflows.close();
    }
}

package io.caravan.dag.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.batch.TimeOrderedId;
import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.engine.RunRepository.NewRun;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bursts of 200 runs on two nodes of which one is killed, or stopped in order, again and again; what must hold is asked all the time. */
@ExtendWith(PostgresExtension.class)
class DagChaosTest {
    private static final int RUNS = 200;
    private static final String OVERFULL = """
            select coalesce(string_agg(over.what, ', '), '') from (
                select p.name || ' ' || sum(t.slots) as what from caravan.dag_pool p join caravan.dag_task_active t on t.pool = p.name and t.state = 'RUNNING'
                 group by p.name, p.slots having sum(t.slots) > p.slots
                 union all
                select w.dag || ' ' || count(*) from caravan.dag_workflow w join caravan.dag_task_active t on t.dag = w.dag and t.state = 'RUNNING'
                 where w.max_active_tasks > 0 group by w.dag, w.max_active_tasks having count(*) > w.max_active_tasks
                 union all
                select w.dag || ' runs ' || count(*) from caravan.dag_workflow w join caravan.dag_run_active r on r.dag = w.dag and r.state = 'RUNNING' and r.lane = 0
                 group by w.dag, w.max_active_runs having count(*) > w.max_active_runs) as over""";

    private final TestWorkflows workflows;
    private final DatabaseSettings settings;
    private final Map<TaskKey, Integer> accepted = new ConcurrentHashMap<>();
    private final List<Thread> endings = new ArrayList<>();

    private record Node(DagEngine engine, Database connections) {}

    DagChaosTest(Database database, DatabaseSettings settings) {
        this.workflows = new TestWorkflows(database);
        this.settings = settings;
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Thread ending : endings) {
            ending.join();
        }
        workflows.close();
    }

    @Test
    void poolsHoldResultsCountOnceAndEveryRunEndsWhateverNodesDie() {
        long seed = ThreadLocalRandom.current().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        workflows.listeners.add(new DagEvents() {
            @Override
            public void taskEnded(Claim claim, TaskState state, Duration took) {
                if (state.isFinal()) {
                    accepted.merge(claim.key(), 1, Integer::sum);
                }
            }
        });
        define();
        List<UUID> runs = burst();
        Deque<Node> nodes = new ArrayDeque<>(List.of(start(), start()));
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        long change = System.nanoTime() + Duration.ofMillis(300).toNanos();

        while (workflows.count("dag_run_active") > 0) {
            assertThat(System.nanoTime())
                    .as(() -> "all runs end in time; seed " + seed + "; still there: " + rest())
                    .isLessThan(end);
            assertThat(overfull()).as("seed %d", seed).isEmpty();
            if (System.nanoTime() > change) {
                change = System.nanoTime()
                        + Duration.ofMillis(random.nextLong(500, 1500)).toNanos();
                lose(nodes.removeFirst(), random.nextInt(4) == 0);
                nodes.add(start());
            }
        }

        assertThat(workflows.count("dag_task where state not in ('SUCCESS', 'FAILED', 'UPSTREAM_FAILED', 'SKIPPED')"))
                .as("nothing is left; seed %d", seed)
                .isZero();
        assertThat(workflows.count("dag_run where state = 'SUCCESS'"))
                .as("failed are only those of which a task was in three nodes that died; seed %d", seed)
                .isGreaterThanOrEqualTo(RUNS - workflows.count("dag_task where state = 'FAILED' and lost >= 3"));
        assertThat(runs).allMatch(run -> workflows.state(run).orElseThrow().isFinal());
        assertThat(accepted.values()).as("seed %d", seed).allMatch(times -> times == 1);
        nodes.forEach(node -> lose(node, true));
    }

    private void define() {
        for (String task : List.of("a", "b", "c", "d", "e")) {
            workflows.does(task, claim -> work());
        }
        workflows.does("a", claim -> {
            work();
            return TestWorkflows.gives("[1, 2, 3]");
        });
        Duration soon = Duration.ofMillis(2);
        workflows
                .pool("one", 1)
                .pool("five", 5)
                .with(DagOf.id("x")
                        .maxActiveRuns(40)
                        .tasks(
                                TaskOf.id("a").retries(9, soon),
                                TaskOf.id("b").after("a").pool("one", 1).retries(9, soon),
                                TaskOf.id("c").after("a").pool("five", 2).retries(9, soon),
                                TaskOf.id("d").after("b", "c").retries(9, soon)))
                .with(DagOf.id("y")
                        .maxActiveRuns(30)
                        .maxActiveTasks(7)
                        .tasks(
                                TaskOf.id("a").retries(9, soon),
                                TaskOf.id("e")
                                        .after("a")
                                        .forEach("a", 9, 2)
                                        .pool("five", 1)
                                        .retries(9, soon),
                                TaskOf.id("d").after("e").retries(9, soon)));
    }

    private static TaskResult work() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try {
            Thread.sleep(random.nextInt(4));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return random.nextInt(20) == 0
                ? TestWorkflows.fails(new IllegalStateException("now and then"))
                : TestWorkflows.succeeded();
    }

    private List<UUID> burst() {
        Instant now = Instant.now();
        List<NewRun> runs = IntStream.range(0, RUNS)
                .mapToObj(i -> new DagRun(
                        TimeOrderedId.at(now),
                        i % 2 == 0 ? "x" : "y",
                        1,
                        i % 10 == 0 ? RunKind.BACKFILL : RunKind.SCHEDULED,
                        now.plusSeconds(i),
                        now,
                        now,
                        now,
                        "{}",
                        0,
                        now))
                .map(run -> new NewRun(run, "test", null, null, null))
                .toList();
        workflows.database.runInTransaction(
                connection -> new RunStarter(workflows.database, workflows, new DagEvents() {}).create(runs, now));
        return runs.stream().map(run -> run.run().id()).toList();
    }

    private Node start() {
        Database connections = Database.open(
                new DatabaseSettings(settings.url(), settings.user(), settings.password(), 5, Duration.ofSeconds(2)));
        DagEngine engine = workflows.node(
                connections,
                of -> new EngineSettings(
                        of.node(), 6, Duration.ofMillis(500), Duration.ofMillis(150), Duration.ofMillis(100), 90));
        return new Node(engine, connections);
    }

    /** Kills it by cutting its connections, in the middle of whatever it does, or stops it as an operator would. */
    private void lose(Node node, boolean inOrder) {
        workflows.nodes.remove(node.engine());
        Thread ending = new Thread(() -> {
            if (!inOrder) {
                node.connections().close();
            }
            node.engine().stop(Duration.ofMillis(50));
            node.connections().close();
        });
        ending.start();
        endings.add(ending);
    }

    private String rest() {
        return workflows.ask("""
                select coalesce(string_agg(t.what, ', '), '') from (
                    select concat_ws(' ', dag, task, state, pool, count(*), min(note)) as what from caravan.dag_task_active group by dag, task, state, pool) as t""", row -> row.getString(1));
    }

    private String overfull() {
        return workflows.ask(OVERFULL, row -> row.getString(1));
    }
}

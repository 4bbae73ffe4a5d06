package io.caravan.dag.steering;

import static io.caravan.dag.engine.TestWorkflows.dag;
import static io.caravan.dag.engine.TestWorkflows.succeeded;
import static io.caravan.dag.engine.TestWorkflows.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.engine.TaskSelection;
import io.caravan.dag.engine.TestWorkflows;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.run.TaskResult;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many hands and two nodes on the same runs: whatever they do at the same moment, every run ends, and nothing is left over. */
@ExtendWith(PostgresExtension.class)
class ManyHandsTest {
    private static final Operator SOMEBODY = new Operator("somebody", "");
    private static final int RUNS = 30;
    private static final int DEEDS = 240;

    private final TestWorkflows workflows;

    ManyHandsTest(Database database) {
        workflows = new TestWorkflows(database);
    }

    @AfterEach
    void stop() {
        workflows.close();
        workflows.forgetRuns();
    }

    @Test
    void everyRunEndsWhateverIsDoneToItByHandMeanwhile() throws Exception {
        AtomicInteger inPool = new AtomicInteger();
        Map<String, Integer> refused = new ConcurrentHashMap<>();
        workflows.pool("lock", 2);
        workflows.does("work", claim -> {
            inPool.incrementAndGet();
            try {
                TimeUnit.MILLISECONDS.sleep(3);
                return new Random().nextInt(6) == 0
                        ? new TaskResult.Failed(List.of("IllegalStateException"), "bad luck")
                        : succeeded();
            } catch (InterruptedException e) {
                return new TaskResult.Failed(List.of("InterruptedException"), "interrupted");
            } finally {
                inPool.decrementAndGet();
            }
        });
        TaskDefinition work = inPool(task("work", "begin"));
        DagDefinition flow = dag("hands", task("begin"), work, task("end", "work"));
        workflows.with(flow).node();
        workflows.node();
        DagOperations operations = workflows.operations();
        List<UUID> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            runs.add(workflows.trigger(
                    "hands", Instant.parse("2026-01-01T00:00:00Z").plusSeconds(i)));
        }

        ExecutorService hands = Executors.newFixedThreadPool(4);
        List<Callable<Void>> deeds = new ArrayList<>();
        Random dice = new Random(7);
        for (int i = 0; i < DEEDS; i++) {
            UUID run = runs.get(dice.nextInt(RUNS));
            int kind = dice.nextInt(7);
            deeds.add(() -> {
                try {
                    deed(operations, kind, run);
                } catch (RefusedException e) {
                    refused.merge(String.valueOf(kind), 1, Integer::sum);
                }
                return null;
            });
        }
        for (Future<Void> deed : hands.invokeAll(deeds)) {
            deed.get();
        }
        hands.shutdown();

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(count("caravan.dag_run_active")).isZero());
        assertThat(count("caravan.dag_task_active")).isZero();
        assertThat(count("caravan.dag_run")).isEqualTo(RUNS);
        assertThat(
                        count(
                                "caravan.dag_task where state in ('WAITING', 'READY', 'RUNNING', 'AWAITING') or worker is not null"))
                .isZero();
        assertThat(count("caravan.dag_task")).isEqualTo(RUNS * 3);
        assertThat(
                        count(
                                "caravan.dag_run r where (select count(distinct t.ended_on) from caravan.dag_task t where t.run = r.id and t.ended_on = r.ended_on) <> 1"))
                .isZero();
        // what was cleared while it ran lets its slot go when its worker has noticed, which may be after the run's end
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(new PoolRepository(workflows.database).list())
                        .allSatisfy(pool -> assertThat(pool.used()).isZero()));
        assertThat(
                        count(
                                "(select run, task, claim from caravan.dag_attempt group by 1, 2, 3 having count(*) > 1) as twice"))
                .as("no try is kept twice")
                .isZero();
    }

    private static void deed(DagOperations operations, int kind, UUID run) {
        switch (kind) {
            case 0 -> operations.clear(SOMEBODY, List.of(run), TaskSelection.ALL, false);
            case 1 -> operations.clear(SOMEBODY, List.of(run), new TaskSelection(List.of("work"), false, true), false);
            case 2 -> operations.restart(SOMEBODY, run);
            case 3 -> operations.cancel(SOMEBODY, run);
            case 4 -> operations.markTasks(SOMEBODY, run, new TaskSelection(List.of("work"), false, false), true, true);
            case 5 -> operations.markRun(SOMEBODY, run, false);
            default -> {
                operations.pause(SOMEBODY, "hands");
                operations.unpause(SOMEBODY, "hands");
            }
        }
    }

    private int count(String from) {
        return workflows.ask("select count(*) from " + from, row -> row.getInt(1));
    }

    private static TaskDefinition inPool(TaskDefinition task) {
        return new TaskDefinition(
                task.id(),
                task.route(),
                task.kind(),
                task.after(),
                task.when(),
                task.setups(),
                task.group(),
                task.mappedBy(),
                task.forEach(),
                java.util.Optional.of("lock"),
                task.slots(),
                task.priority(),
                task.retries(),
                task.timeout(),
                task.sensing(),
                task.awaitedRun());
    }
}

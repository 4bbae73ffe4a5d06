package io.caravan.dag.engine;

import static io.caravan.dag.engine.TestWorkflows.dag;
import static io.caravan.dag.engine.TestWorkflows.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.run.RunState;
import io.caravan.dag.steering.TaskListRepository;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class DagEngineTest {
    private final TestWorkflows workflows;

    DagEngineTest(Database database) {
        workflows = new TestWorkflows(database);
    }

    @AfterEach
    void stop() {
        workflows.close();
    }

    private void awaitState(UUID run, RunState state) {
        await().untilAsserted(() -> assertThat(workflows.state(run)).contains(state));
    }

    @Test
    void whichNodeDidATaskIsKnownWhenItIsDone() {
        workflows
                .with(dag("kept", task("a")))
                .does("a", claim -> TestWorkflows.succeeded())
                .node();
        UUID run = workflows.trigger("kept");
        awaitState(run, RunState.SUCCESS);

        assertThat(new TaskListRepository(workflows.database).tasks(run))
                .singleElement()
                .satisfies(task -> assertThat(task.node()).contains("node0"));
    }

    @Test
    void tasksRunOneAfterTheOther() {
        List<String> order = new CopyOnWriteArrayList<>();
        TaskDefinition[] chain = IntStream.range(0, 40)
                .mapToObj(i -> i == 0 ? task("t0") : task("t" + i, "t" + (i - 1)))
                .toArray(TaskDefinition[]::new);
        for (TaskDefinition task : chain) {
            workflows.does(task.id(), claim -> {
                order.add(claim.key().task());
                return TestWorkflows.succeeded();
            });
        }
        workflows.with(dag("chain", chain)).node();
        long begin = System.nanoTime();
        UUID run = workflows.trigger("chain");
        awaitState(run, RunState.SUCCESS);
        System.out.println("chain ms " + (System.nanoTime() - begin) / 1_000_000);
        assertThat(order)
                .containsExactlyElementsOf(
                        IntStream.range(0, 40).mapToObj(i -> "t" + i).toList());
    }
}

package io.caravan.dag.engine;

import static io.caravan.dag.engine.TestWorkflows.fails;
import static io.caravan.dag.engine.TestWorkflows.gives;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.definition.TriggerRule;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tasks and groups that run once for each item of a list. */
@ExtendWith(PostgresExtension.class)
class MappingTest {
    private final TestWorkflows workflows;

    MappingTest(Database database) {
        workflows = new TestWorkflows(database);
    }

    @AfterEach
    void stop() {
        workflows.close();
    }

    private List<String> collect(String task) {
        List<String> seen = new CopyOnWriteArrayList<>();
        workflows.does(task, (claim, definition, outputs) -> {
            seen.add(claim.item());
            return gives(String.valueOf(claim.item()));
        });
        return seen;
    }

    @Test
    void aMappedTaskRunsOnceForEachItemAndGivesAListInOrder() {
        List<String> seen = collect("load");
        List<Map<String, com.fasterxml.jackson.databind.JsonNode>> given = new CopyOnWriteArrayList<>();
        workflows
                .does("list", claim -> gives("[3, 1, 2]"))
                .does("sum", (claim, definition, outputs) -> {
                    given.add(Map.copyOf(outputs));
                    return TestWorkflows.succeeded();
                })
                .with(DagOf.id("each")
                        .tasks(
                                TaskOf.id("list"),
                                TaskOf.id("load").after("list").forEach("list", 10, 0),
                                TaskOf.id("sum").after("load")))
                .node();

        UUID run = workflows.done("each");

        assertThat(workflows.state(run)).contains(RunState.SUCCESS);
        assertThat(seen).containsExactlyInAnyOrder("1", "2", "3");
        assertThat(given.get(0).get("load")).hasToString("[3,1,2]");
        assertThat(workflows.tasks(run).keySet())
                .contains("load[0]", "load[1]", "load[2]")
                .doesNotContain("load");
    }

    @Test
    void anEmptyListSkipsTheTaskAndWhatNeedsIt() {
        List<String> seen = collect("load");
        workflows
                .does("list", claim -> gives("[]"))
                .with(DagOf.id("none")
                        .tasks(
                                TaskOf.id("list"),
                                TaskOf.id("load").after("list").forEach("list", 10, 0),
                                TaskOf.id("sum").after("load")))
                .node();

        UUID run = workflows.done("none");

        assertThat(workflows.tasks(run))
                .containsEntry("load", TaskState.SKIPPED)
                .containsEntry("sum", TaskState.SKIPPED);
        assertThat(seen).isEmpty();
    }

    @Test
    void moreItemsThanTheLimitFailBeforeOneHasBegun() {
        List<String> seen = collect("load");
        workflows
                .does("list", claim -> gives("[1, 2, 3]"))
                .with(DagOf.id("many")
                        .tasks(
                                TaskOf.id("list"),
                                TaskOf.id("load").after("list").forEach("list", 2, 0)))
                .node();

        UUID run = workflows.done("many");

        assertThat(workflows.told(run, "load", "error")).contains("more than 2 items");
        assertThat(seen).isEmpty();
    }

    @Test
    void oneFailedItemFailsTheRunAndTheOthersAreDoneAllTheSame() {
        workflows
                .does("list", claim -> gives("[1, 2, 3]"))
                .does(
                        "load",
                        claim -> "2".equals(claim.item())
                                ? fails(new IllegalStateException("2"))
                                : TestWorkflows.succeeded())
                .with(DagOf.id("one")
                        .tasks(
                                TaskOf.id("list"),
                                TaskOf.id("load").after("list").forEach("list", 9, 0)))
                .node();

        UUID run = workflows.done("one");

        assertThat(workflows.state(run)).contains(RunState.FAILED);
        assertThat(workflows.tasks(run))
                .containsEntry("load[0]", TaskState.SUCCESS)
                .containsEntry("load[1]", TaskState.FAILED)
                .containsEntry("load[2]", TaskState.SUCCESS);
    }

    @Test
    void noMoreItemsRunAtOnceThanAllowed() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        workflows
                .does("list", claim -> gives("[1,2,3,4,5,6,7,8,9,10,11,12]"))
                .does("load", claim -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    pause();
                    running.decrementAndGet();
                    return TestWorkflows.succeeded();
                })
                .with(DagOf.id("few")
                        .tasks(
                                TaskOf.id("list"),
                                TaskOf.id("load").after("list").forEach("list", 99, 3)));
        workflows.node();
        workflows.node();

        assertThat(workflows.state(workflows.done("few"))).contains(RunState.SUCCESS);
        assertThat(most).hasValueBetween(1, 3);
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private TaskOf[] group() {
        return new TaskOf[] {
            TaskOf.id("list"),
            TaskOf.id("car").after("list").expands("list"),
            TaskOf.id("car.fetch").after("car").inGroup("car", "car"),
            TaskOf.id("car.load").after("car.fetch").inGroup("car", "car"),
            TaskOf.id("car.tidy").after("car.load").inGroup("car", "car").when(TriggerRule.all_done),
            TaskOf.id("tell").after("car.tidy")
        };
    }

    @Test
    void inAMappedGroupEachTaskWaitsForItsTwinOnly() {
        workflows
                .does("list", claim -> gives("[\"slow\", \"quick\"]"))
                .does("car.fetch", claim -> {
                    if ("\"slow\"".equals(claim.item())) {
                        workflows.awaitTask(claim.key().run(), "car.load[1]", TaskState.SUCCESS);
                    }
                    return TestWorkflows.succeeded();
                })
                .with(DagOf.id("twins").tasks(group()))
                .node();

        UUID run = workflows.done("twins");

        assertThat(workflows.state(run)).contains(RunState.SUCCESS);
        assertThat(workflows.tasks(run))
                .containsKeys("car.load[0]", "car.load[1]", "tell")
                .doesNotContainKey("car.load");
    }

    @Test
    void aFailureInAMappedGroupStaysWithItsItem() {
        workflows
                .does("list", claim -> gives("[1, 2]"))
                .does(
                        "car.fetch",
                        claim -> "1".equals(claim.item())
                                ? fails(new IllegalStateException())
                                : TestWorkflows.succeeded())
                .with(DagOf.id("fault").tasks(group()))
                .node();

        UUID run = workflows.done("fault");

        assertThat(workflows.tasks(run))
                .containsEntry("car.load[0]", TaskState.UPSTREAM_FAILED)
                .containsEntry("car.tidy[0]", TaskState.SUCCESS)
                .containsEntry("car.load[1]", TaskState.SUCCESS)
                .containsEntry("tell", TaskState.SUCCESS);
    }

    @Test
    void aGroupWithoutItemsIsSkippedAlsoWhereARuleWouldLetItRun() {
        workflows
                .does("list", claim -> gives("[]"))
                .with(DagOf.id("empty").tasks(group()))
                .node();

        UUID run = workflows.done("empty");

        assertThat(workflows.tasks(run))
                .containsEntry("car", TaskState.SKIPPED)
                .containsEntry("car.load", TaskState.SKIPPED)
                .containsEntry("car.tidy", TaskState.SKIPPED)
                .containsEntry("tell", TaskState.SKIPPED);
    }

    @Test
    void aGroupWhoseListCantBeMadeFailsAlsoWhereARuleWouldLetItRun() {
        workflows
                .does("list", claim -> gives("7"))
                .with(DagOf.id("nolist").tasks(group()))
                .node();

        UUID run = workflows.done("nolist");

        assertThat(workflows.tasks(run))
                .containsEntry("car", TaskState.FAILED)
                .containsEntry("car.tidy", TaskState.UPSTREAM_FAILED);
        await().untilAsserted(() -> assertThat(workflows.state(run)).contains(RunState.FAILED));
    }

    @Test
    void aBranchInAGroupLeavesOutItsOwnTwinsOnly() {
        workflows
                .does("list", claim -> gives("[1, 2]"))
                .does("car.which", claim -> gives("1".equals(claim.item()) ? "\"car.a\"" : "\"car.b\""))
                .with(DagOf.id("fork")
                        .tasks(
                                TaskOf.id("list"),
                                TaskOf.id("car").after("list").expands("list"),
                                TaskOf.id("car.which")
                                        .after("car")
                                        .kind(TaskKind.BRANCH)
                                        .inGroup("car", "car"),
                                TaskOf.id("car.a").after("car.which").inGroup("car", "car"),
                                TaskOf.id("car.b").after("car.which").inGroup("car", "car")))
                .node();

        UUID run = workflows.done("fork");

        assertThat(workflows.tasks(run))
                .containsEntry("car.a[0]", TaskState.SUCCESS)
                .containsEntry("car.b[0]", TaskState.SKIPPED)
                .containsEntry("car.a[1]", TaskState.SKIPPED)
                .containsEntry("car.b[1]", TaskState.SUCCESS);
    }
}

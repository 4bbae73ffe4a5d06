package io.caravan.dag.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pools, limits of runs and tasks, order and shares. */
@ExtendWith(PostgresExtension.class)
class LimitsTest {
    private final TestWorkflows workflows;

    LimitsTest(Database database) {
        workflows = new TestWorkflows(database);
    }

    @AfterEach
    void stop() {
        workflows.close();
        workflows.forgetRuns();
    }

    private static final Instant THEN = Instant.parse("2026-02-01T00:00:00Z");

    private List<UUID> runs(String dag, int count) {
        return runs(dag, RunKind.MANUAL, count);
    }

    private List<UUID> runs(String dag, RunKind kind, int count) {
        List<UUID> runs = new ArrayList<>();
        IntStream.range(0, count).forEach(i -> runs.add(workflows.trigger(dag, kind, THEN.plusSeconds(i))));
        return runs;
    }

    private void allSucceed(List<UUID> runs) {
        runs.forEach(run -> assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS));
    }

    private Crowd crowd(String task) {
        Crowd crowd = new Crowd();
        workflows.does(task, claim -> crowd.enter());
        return crowd;
    }

    /** Nothing more comes within some sweeps of both nodes. */
    private static void staysAt(Crowd crowd, int inside) {
        await().until(() -> crowd.inside() == inside);
        await().during(Duration.ofMillis(400)).atMost(Duration.ofSeconds(3)).until(() -> crowd.inside() == inside);
    }

    private void twoNodes() {
        for (int i = 0; i < 2; i++) {
            workflows.node(settings -> RetriesTest.withSweep(settings, Duration.ofMillis(100)));
        }
    }

    @Test
    void aPoolIsNeverFullerThanItsSlotsOverAllNodesAndEmptyAtRest() {
        Crowd crowd = crowd("stage");
        workflows
                .pool("staging", 3)
                .with(DagOf.id("rides")
                        .maxActiveRuns(99)
                        .tasks(TaskOf.id("stage").pool("staging", 1)));
        twoNodes();
        List<UUID> runs = runs("rides", 10);

        staysAt(crowd, 3);
        crowd.leaveAll();
        allSucceed(runs);

        assertThat(crowd.most()).isEqualTo(3);
        assertThat(workflows.count("dag_task where state = 'RUNNING'")).isZero();
    }

    @Test
    void aTaskMayNeedSeveralSlots() {
        Crowd crowd = crowd("big");
        workflows
                .pool("wide", 5)
                .with(DagOf.id("wide").maxActiveRuns(99).tasks(TaskOf.id("big").pool("wide", 2)));
        twoNodes();
        List<UUID> runs = runs("wide", 6);

        staysAt(crowd, 2);
        crowd.leaveAll();
        allSucceed(runs);
    }

    @Test
    void aTaskThatNeedsManySlotsIsNotOvertakenForEver() {
        Crowd small = crowd("small");
        Crowd large = crowd("large");
        workflows
                .pool("fair", 2)
                .with(DagOf.id("smalls")
                        .maxActiveRuns(99)
                        .tasks(TaskOf.id("small").pool("fair", 1)))
                .with(DagOf.id("large").tasks(TaskOf.id("large").pool("fair", 2)));
        twoNodes();
        List<UUID> first = runs("smalls", 2);
        staysAt(small, 2);
        List<UUID> big = runs("large", 1);
        List<UUID> more = new ArrayList<>();
        IntStream.range(2, 5).forEach(i -> more.add(workflows.trigger("smalls", THEN.plusSeconds(i))));

        small.leave(1);
        staysAt(small, 1);
        small.leave(1);
        staysAt(large, 1);
        large.leaveAll();
        small.leaveAll();

        allSucceed(first);
        allSucceed(big);
        allSucceed(more);
    }

    @Test
    void aTaskThatNeedsMoreThanThereIsKeepsNobodyElseWaiting() {
        workflows
                .pool("tiny", 1)
                .with(DagOf.id("huge").tasks(TaskOf.id("huge").pool("tiny", 2)))
                .with(DagOf.id("fits").tasks(TaskOf.id("fits").pool("tiny", 1)))
                .node();
        runs("huge", 1);

        allSucceed(runs("fits", 3));
    }

    @Test
    void minusOneIsNoLimit() {
        Crowd crowd = crowd("free");
        workflows
                .pool("endless", -1)
                .with(DagOf.id("free").maxActiveRuns(99).tasks(TaskOf.id("free").pool("endless", 7)));
        workflows.node();
        List<UUID> runs = runs("free", 8);

        staysAt(crowd, 8);
        crowd.leaveAll();
        allSucceed(runs);
    }

    @Test
    void aFullPoolKeepsNobodyElseWaiting() {
        Crowd crowd = crowd("held");
        workflows
                .pool("full", 1)
                .pool("other", 1)
                .with(DagOf.id("held")
                        .maxActiveRuns(500)
                        .priority(9)
                        .tasks(TaskOf.id("held").pool("full", 1)))
                .with(DagOf.id("other")
                        .maxActiveRuns(500)
                        .tasks(TaskOf.id("a").pool("other", 1), TaskOf.id("b").after("a")))
                .node();
        List<UUID> held = runs("held", 200);
        staysAt(crowd, 1);

        allSucceed(runs("other", 10));
        crowd.leaveAll();
        held.subList(0, 5).forEach(workflows::end);
    }

    @Test
    void aWideOpenPoolDoesntStarveTasksWithout() {
        workflows
                .pool("open", 100)
                .does("pooled", claim -> pause(2))
                .with(DagOf.id("pooled")
                        .maxActiveRuns(999)
                        .tasks(TaskOf.id("pooled").pool("open", 1)))
                .with(DagOf.id("plain").priority(1).tasks(TaskOf.id("plain")));
        List<UUID> pooled = runs("pooled", 300);
        nodeOf(1);

        allSucceed(runs("plain", 3));
        assertThat(workflows.count("dag_task_active where task = 'pooled' and state = 'READY'"))
                .as("they still wait")
                .isPositive();
        allSucceed(pooled);
    }

    private static TaskResult pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return TestWorkflows.succeeded();
    }

    @Test
    void aSecondPoolOfAWorkflowDoesntLetItExceedItsMaxActiveTasks() {
        Crowd crowd = crowd("a");
        workflows
                .does("b", claim -> crowd.enter())
                .does("c", claim -> crowd.enter())
                .pool("p", 9)
                .pool("q", 9)
                .with(DagOf.id("most")
                        .maxActiveTasks(2)
                        .maxActiveRuns(99)
                        .tasks(TaskOf.id("a").pool("p", 1), TaskOf.id("b").pool("q", 1), TaskOf.id("c")));
        twoNodes();
        List<UUID> runs = runs("most", 4);

        staysAt(crowd, 2);
        crowd.leaveAll();
        allSucceed(runs);
        assertThat(crowd.most()).isEqualTo(2);
    }

    @Test
    void noMoreRunsAreActiveThanAllowedAndTheOldestGoesFirst() {
        Crowd crowd = crowd("work");
        workflows.with(DagOf.id("two").maxActiveRuns(2).tasks(TaskOf.id("work")));
        List<UUID> runs = runs("two", 5);
        twoNodes();

        staysAt(crowd, 2);
        assertThat(runs.stream().map(run -> workflows.state(run).orElseThrow()))
                .containsExactly(RunState.RUNNING, RunState.RUNNING, RunState.QUEUED, RunState.QUEUED, RunState.QUEUED);
        crowd.leaveAll();
        allSucceed(runs);
        assertThat(crowd.most()).isEqualTo(2);
    }

    @Test
    void whatHasPriorityGoesFirstThenWhatIsOlder() {
        List<String> order = new CopyOnWriteArrayList<>();
        for (String task : List.of("low", "high", "mid")) {
            workflows.does(task, claim -> {
                order.add(task + claim.run().logicalTime().getEpochSecond() % 10);
                return TestWorkflows.succeeded();
            });
        }
        workflows.with(DagOf.id("order")
                .maxActiveRuns(9)
                .tasks(
                        TaskOf.id("low"),
                        TaskOf.id("mid").priority(2),
                        TaskOf.id("high").priority(7)));
        List<UUID> runs = runs("order", 2);
        nodeOf(1);
        allSucceed(runs);

        assertThat(order).containsExactly("high0", "high1", "mid0", "mid1", "low0", "low1");
    }

    private List<String> orderOf(String... tasks) {
        List<String> order = new CopyOnWriteArrayList<>();
        for (String task : tasks) {
            workflows.does(task, claim -> {
                order.add(task);
                return TestWorkflows.succeeded();
            });
        }
        return order;
    }

    private void nodeOf(int count) {
        workflows.node(
                settings -> new EngineSettings("one", count, settings.lease(), settings.beat(), settings.sweep(), 90));
    }

    @Test
    void liveWorkDoesntStarveBehindABackfillThatSharesItsPool() {
        List<String> order = orderOf("live", "old");
        workflows
                .pool("narrow", 1)
                .with(DagOf.id("live3").priority(100).tasks(TaskOf.id("live").pool("narrow", 1)))
                .with(DagOf.id("old3").maxActiveRuns(99).tasks(TaskOf.id("old").pool("narrow", 1)))
                .with(DagOf.id("older3")
                        .maxActiveRuns(99)
                        .tasks(TaskOf.id("old").pool("narrow", 1)));
        List<UUID> runs = runs("old3", RunKind.BACKFILL, 10);
        runs.addAll(runs("older3", RunKind.BACKFILL, 10));
        runs.addAll(runs("live3", 1));
        nodeOf(16);
        allSucceed(runs);

        assertThat(order.indexOf("live")).isLessThan(5);
    }

    @Test
    void liveWorkDoesntStarveBehindABackfillOfItsOwnWorkflow() {
        List<Instant> order = new CopyOnWriteArrayList<>();
        workflows
                .does("one", claim -> {
                    order.add(claim.run().logicalTime());
                    return TestWorkflows.succeeded();
                })
                .with(DagOf.id("own").maxActiveTasks(1).maxActiveRuns(99).tasks(TaskOf.id("one")));
        List<UUID> runs = runs("own", RunKind.BACKFILL, 20);
        Instant live = THEN.plusSeconds(99);
        runs.add(workflows.trigger("own", live));
        nodeOf(16);
        allSucceed(runs);

        assertThat(order.indexOf(live)).isLessThan(5);
    }

    @Test
    void backfillsHaveAFifthOfAPoolThatLiveWorkWantsToo() {
        List<String> order = orderOf("live", "old");
        workflows
                .pool("narrow5", 1)
                .with(DagOf.id("live5")
                        .maxActiveRuns(99)
                        .priority(100)
                        .tasks(TaskOf.id("live").pool("narrow5", 1)))
                .with(DagOf.id("old5").maxActiveRuns(99).tasks(TaskOf.id("old").pool("narrow5", 1)));
        List<UUID> runs = runs("live5", 40);
        runs.addAll(runs("old5", RunKind.BACKFILL, 40));
        nodeOf(16);
        allSucceed(runs);

        assertThat(order.subList(0, 40)).filteredOn("old"::equals).hasSize(8);
    }

    @Test
    void backfillsHaveAFifthOfTheWorkersWhenBothHaveWork() {
        List<String> order = orderOf("live", "old");
        workflows
                .with(DagOf.id("live").maxActiveRuns(99).tasks(TaskOf.id("live")))
                .with(DagOf.id("old").maxActiveRuns(99).tasks(TaskOf.id("old")));
        List<UUID> runs = runs("live", 40);
        runs.addAll(runs("old", RunKind.BACKFILL, 40));
        nodeOf(1);
        allSucceed(runs);

        assertThat(order.subList(0, 40)).filteredOn("old"::equals).hasSize(8);
    }

    @Test
    void aRunThatDependsOnItsPastWaitsForTheSuccessBefore() {
        Crowd crowd = crowd("work");
        workflows.with(DagOf.id("past").dependsOnPast().tasks(TaskOf.id("work")));
        twoNodes();
        List<UUID> runs = runs("past", RunKind.SCHEDULED, 3);

        for (int i = 0; i < 3; i++) {
            staysAt(crowd, 1);
            assertThat(workflows.state(runs.get(i))).contains(RunState.RUNNING);
            crowd.leave(1);
            workflows.end(runs.get(i));
        }
        assertThat(crowd.most()).isEqualTo(1);
    }

    @Test
    void afterAFailureARunThatDependsOnItsPastWaits() {
        workflows
                .does("work", claim -> TestWorkflows.fails(new IllegalStateException()))
                .with(DagOf.id("broken").dependsOnPast().tasks(TaskOf.id("work")))
                .node();
        List<UUID> runs = runs("broken", RunKind.SCHEDULED, 2);

        assertThat(workflows.end(runs.get(0))).isEqualTo(RunState.FAILED);
        await().during(Duration.ofMillis(300))
                .until(() -> workflows.state(runs.get(1)).orElseThrow() == RunState.QUEUED);
    }

    private void pause(String dag, boolean paused) {
        Query query = Query.of("update caravan.dag_workflow set paused = :paused where dag = :dag");
        workflows.database.runInTransaction(connection -> query.on(workflows.database)
                .set("paused", paused)
                .set("dag", dag)
                .update());
    }

    @Test
    void aPausedWorkflowBeginsNothingAndGoesOnLater() {
        Crowd crowd = crowd("a");
        workflows.with(DagOf.id("paused").tasks(TaskOf.id("a"), TaskOf.id("b").after("a")));
        twoNodes();
        UUID running = runs("paused", 1).get(0);
        staysAt(crowd, 1);
        pause("paused", true);
        UUID queued = workflows.trigger("paused");
        crowd.leaveAll();

        workflows.awaitTask(running, "b", TaskState.READY);
        await().during(Duration.ofMillis(300))
                .until(() -> workflows.tasks(running).get("b") == TaskState.READY);
        assertThat(workflows.state(queued)).contains(RunState.QUEUED);

        pause("paused", false);
        allSucceed(List.of(running, queued));
    }

    @Test
    void aPoolThatNobodyHasDefinedHoldsItsTasksBack() {
        workflows
                .with(DagOf.id("unknown").tasks(TaskOf.id("work").pool("nowhere", 1)))
                .node();
        UUID run = runs("unknown", 1).get(0);

        await().during(Duration.ofMillis(300)).until(() -> workflows.tasks(run).get("work") == TaskState.READY);
        workflows.pool("nowhere", 1);

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
    }
}

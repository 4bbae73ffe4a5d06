package io.caravan.dag.engine;

import static io.caravan.dag.engine.TestWorkflows.gives;
import static io.caravan.dag.engine.TestWorkflows.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.IntNode;
import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.Param;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.run.TaskState;
import io.caravan.dag.steering.Operator;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tasks that wait for something: sensors, runs of other workflows, people. None of them holds a thread or a slot meanwhile. */
@ExtendWith(PostgresExtension.class)
class WaitingTest {
    private final TestWorkflows workflows;

    WaitingTest(Database database) {
        workflows = new TestWorkflows(database);
    }

    @AfterEach
    void stop() {
        workflows.close();
    }

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void aSensorIsAskedAgainAndSpendsNoTry() {
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        AtomicInteger asked = new AtomicInteger();
        workflows
                .does("file", claim -> asked.incrementAndGet() < 3 ? new TaskResult.NotYet() : succeeded())
                .with(DagOf.id("sensor")
                        .tasks(TaskOf.id("file").pool("one", 1).asks(MINUTE, MINUTE.multipliedBy(9), false)))
                .pool("one", 1)
                .node();

        UUID run = workflows.trigger("sensor");
        for (int i = 0; i < 2; i++) {
            workflows.awaitTimes(run, "file", i + 1, TaskState.UP_FOR_RESCHEDULE);
            assertThat(workflows.count("dag_task_active where worker is not null"))
                    .isZero();
            workflows.advance(MINUTE);
        }

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        assertThat(asked).hasValue(3);
        assertThat(workflows.told(run, "file", "attempt")).isEqualTo("1");
    }

    @Test
    void aHundredWaitingSensorsKeepNobodyFromWork() {
        workflows
                .does("file", claim -> new TaskResult.NotYet())
                .with(DagOf.id("patient")
                        .maxActiveRuns(100)
                        .tasks(TaskOf.id("file").asks(MINUTE, MINUTE.multipliedBy(9), false)))
                .with(DagOf.id("busy").tasks(TaskOf.id("work")))
                .node();
        List<UUID> sensors = IntStream.range(0, 100)
                .mapToObj(i -> workflows.trigger("patient"))
                .toList();
        sensors.forEach(run -> workflows.awaitTask(run, "file", TaskState.UP_FOR_RESCHEDULE));

        assertThat(workflows.state(workflows.done("busy"))).contains(RunState.SUCCESS);
    }

    @Test
    void aSensorThatWaitedTooLongFailsOrIsSkipped() {
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        workflows
                .does("hard", claim -> new TaskResult.NotYet())
                .does("soft", claim -> new TaskResult.NotYet())
                .with(DagOf.id("late")
                        .tasks(
                                TaskOf.id("hard").asks(MINUTE, MINUTE.multipliedBy(2), false),
                                TaskOf.id("soft").asks(MINUTE, MINUTE.multipliedBy(2), true)))
                .node();

        UUID run = workflows.trigger("late");
        for (int i = 0; i < 2; i++) {
            workflows.awaitTimes(run, "hard", i + 1, TaskState.UP_FOR_RESCHEDULE);
            workflows.awaitTimes(run, "soft", i + 1, TaskState.UP_FOR_RESCHEDULE);
            workflows.advance(MINUTE);
        }

        assertThat(workflows.end(run)).isEqualTo(RunState.FAILED);
        assertThat(workflows.tasks(run))
                .containsEntry("hard", TaskState.FAILED)
                .containsEntry("soft", TaskState.SKIPPED);
        assertThat(workflows.told(run, "soft", "note")).isEqualTo("not there after 2m00s, the limit is 2m00s");
    }

    private static Param city() {
        return new Param(
                "city", "integer", "", true, null, List.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void whatWaitsForARunInProgressDoesntHaveTheHistoryLookedThrough() {
        Crowd crowd = new Crowd();
        workflows
                .does("slow", claim -> crowd.enter())
                .with(DagOf.id("slow").tasks(TaskOf.id("slow")))
                .with(DagOf.id("waits").tasks(TaskOf.id("sub").starts("slow")))
                .node();
        UUID run = workflows.trigger("waits");
        await().until(() -> crowd.inside() == 1);

        int looks = workflows.database.inTransaction(connection -> {
            int before = looksIntoHistory();
            assertThat(new AwaitingRepository(workflows.database).answered(Instant.now()))
                    .isEmpty();
            return looksIntoHistory() - before;
        });

        assertThat(looks).isZero();
        crowd.leaveAll();
        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
    }

    /** How often this transaction has looked into tables of runs that have ended. */
    private int looksIntoHistory() {
        return workflows.ask(
                "select coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0) from pg_stat_xact_all_tables"
                        + " where schemaname = 'caravan' and relname like 'dag\\_run\\_%' and relname <> 'dag_run_active'",
                row -> row.getInt(1));
    }

    @Test
    void aSubworkflowGetsItsParamsAndItsEndIsTheTasksEnd() {
        workflows
                .does("start", claim -> gives("{\"city\": 7}"))
                .with(DagOf.id("child").params(city()).tasks(TaskOf.id("work")))
                .with(DagOf.id("parent")
                        .tasks(
                                TaskOf.id("start").starts("child"),
                                TaskOf.id("then").after("start")))
                .node();

        UUID run = workflows.done("parent");

        assertThat(workflows.state(run)).contains(RunState.SUCCESS);
        assertThat(workflows.count("dag_run where dag = 'child' and params = '{\"city\": 7}'"))
                .isEqualTo(1);
    }

    @Test
    void aSubworkflowsFailureIsTheTasksFailure() {
        workflows
                .does("broken", claim -> TestWorkflows.fails(new IllegalStateException()))
                .with(DagOf.id("bad").tasks(TaskOf.id("broken")))
                .with(DagOf.id("above").tasks(TaskOf.id("start").starts("bad")))
                .node();

        UUID run = workflows.done("above");

        assertThat(workflows.state(run)).contains(RunState.FAILED);
        assertThat(workflows.told(run, "start", "error")).contains("ended as FAILED");
    }

    @Test
    void aSubworkflowThatFailedIsStartedAgainByTheNextTry() {
        AtomicInteger tries = new AtomicInteger();
        workflows
                .does(
                        "shaky",
                        claim -> tries.incrementAndGet() == 1
                                ? TestWorkflows.fails(new IllegalStateException())
                                : succeeded())
                .with(DagOf.id("shaky").tasks(TaskOf.id("shaky")))
                .with(DagOf.id("patron")
                        .tasks(TaskOf.id("start").starts("shaky").retries(1, Duration.ofMillis(1))))
                .node();

        UUID run = workflows.done("patron");

        assertThat(workflows.state(run)).contains(RunState.SUCCESS);
        assertThat(workflows.count("dag_run where dag = 'shaky'")).isEqualTo(2);
        assertThat(workflows.told(run, "start", "attempt")).isEqualTo("2");
    }

    @Test
    void aSubworkflowWithAWrongParamIsNotStarted() {
        workflows
                .does("start", claim -> gives("{\"city\": \"seven\"}"))
                .with(DagOf.id("strict").params(city()).tasks(TaskOf.id("work")))
                .with(DagOf.id("careless").tasks(TaskOf.id("start").starts("strict")))
                .node();

        UUID run = workflows.done("careless");

        assertThat(workflows.told(run, "start", "error")).contains("which is no integer");
        assertThat(workflows.count("dag_run where dag = 'strict'")).isZero();
    }

    @Test
    void manySubworkflowsOfOneMomentAllRun() {
        workflows
                .does("list", claim -> gives("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]"))
                .with(DagOf.id("leaf").tasks(TaskOf.id("work")))
                .with(DagOf.id("fan")
                        .tasks(
                                TaskOf.id("list"),
                                TaskOf.id("each").after("list").starts("leaf").forEach("list", 99, 0)));
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        workflows.node();

        assertThat(workflows.state(workflows.done("fan"))).contains(RunState.SUCCESS);
        assertThat(workflows.count("dag_run where dag = 'leaf' and state = 'SUCCESS'"))
                .isEqualTo(20);
    }

    @Test
    void aWorkflowThatStartsItselfEnds() {
        workflows
                .with(DagOf.id("circle")
                        .maxActiveRuns(99)
                        .tasks(TaskOf.id("start").starts("circle")))
                .node();

        assertThat(workflows.state(workflows.done("circle"))).contains(RunState.FAILED);
        assertThat(workflows.count("dag_run where dag = 'circle'")).isEqualTo(SubworkflowRun.DEEPEST + 1);
    }

    @Test
    void aTaskWaitsForTheRunOfAnotherWorkflowOfItsLogicalTimeThenRuns() {
        Instant yesterday = Instant.parse("2026-02-01T00:00:00Z");
        workflows
                .with(DagOf.id("first").tasks(TaskOf.id("work")))
                .with(DagOf.id("second").tasks(TaskOf.id("wait").awaits("first", MINUTE.multipliedBy(9))))
                .node();

        UUID second = workflows.trigger("second", yesterday);
        workflows.awaitTask(second, "wait", TaskState.AWAITING);
        workflows.end(workflows.trigger("first", yesterday.plusSeconds(1)));
        assertThat(workflows.tasks(second)).containsEntry("wait", TaskState.AWAITING);
        workflows.end(workflows.trigger("first", yesterday));

        assertThat(workflows.end(second)).isEqualTo(RunState.SUCCESS);
    }

    @Test
    void whoWaitsForARunThatFailedWaitsOnUntilItSucceedsUnlessItShallFailWithIt() {
        AtomicInteger tries = new AtomicInteger();
        Instant time = Instant.parse("2026-02-02T00:00:00Z");
        workflows
                .does(
                        "fragile",
                        claim -> tries.incrementAndGet() == 1
                                ? TestWorkflows.fails(new IllegalStateException())
                                : succeeded())
                .with(DagOf.id("fragile").tasks(TaskOf.id("fragile")))
                .with(DagOf.id("faithful").tasks(TaskOf.id("wait").awaits("fragile", MINUTE.multipliedBy(9))))
                .with(DagOf.id("hasty")
                        .tasks(TaskOf.id("wait")
                                .awaits("fragile", MINUTE.multipliedBy(9))
                                .failsWithTheRun()))
                .node();
        UUID faithful = workflows.trigger("faithful", time);
        UUID hasty = workflows.trigger("hasty", time);

        UUID fragile = workflows.trigger("fragile", time);
        assertThat(workflows.end(fragile)).isEqualTo(RunState.FAILED);
        assertThat(workflows.end(hasty)).isEqualTo(RunState.FAILED);
        assertThat(workflows.tasks(faithful)).containsEntry("wait", TaskState.AWAITING);

        workflows.operations().restart(new Operator("ann", "mended"), fragile);
        assertThat(workflows.end(faithful)).isEqualTo(RunState.SUCCESS);
    }

    @Test
    void aReplayThatSucceedsDoesForTheRunThatFailed() {
        AtomicInteger tries = new AtomicInteger();
        Instant time = Instant.parse("2026-02-03T00:00:00Z");
        workflows
                .does(
                        "mended",
                        claim -> tries.incrementAndGet() == 1
                                ? TestWorkflows.fails(new IllegalStateException())
                                : succeeded())
                .with(DagOf.id("mended").tasks(TaskOf.id("mended")))
                .with(DagOf.id("trusting").tasks(TaskOf.id("wait").awaits("mended", MINUTE.multipliedBy(9))))
                .with(DagOf.id("tardy")
                        .tasks(TaskOf.id("wait")
                                .awaits("mended", MINUTE.multipliedBy(9))
                                .failsWithTheRun()))
                .node();
        UUID trusting = workflows.trigger("trusting", time);
        UUID failed = workflows.trigger("mended", time);
        assertThat(workflows.end(failed)).isEqualTo(RunState.FAILED);
        workflows.end(workflows.trigger("mended", time.plusSeconds(1)));
        assertThat(workflows.tasks(trusting)).containsEntry("wait", TaskState.AWAITING);

        workflows.operations().replay(new Operator("ann", "mended"), failed);

        assertThat(workflows.end(trusting)).isEqualTo(RunState.SUCCESS);
        assertThat(workflows.end(workflows.trigger("tardy", time))).isEqualTo(RunState.SUCCESS);
    }

    @Test
    void aRunThatNeverComesFailsWhoWaitsForItInTime() {
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        workflows
                .with(DagOf.id("never").tasks(TaskOf.id("work")))
                .with(DagOf.id("hopeful")
                        .tasks(TaskOf.id("a"), TaskOf.id("wait").after("a").awaits("never", MINUTE)))
                .node();

        UUID run = workflows.trigger("hopeful");
        workflows.awaitTask(run, "wait", TaskState.AWAITING);
        workflows.advance(MINUTE);

        assertThat(workflows.end(run)).isEqualTo(RunState.FAILED);
        assertThat(workflows.told(run, "wait", "error")).isEqualTo("what it waited for didn't come in time");
    }

    @Test
    void anApprovalAsksThenWaitsHoldingNothing() {
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        workflows
                .does("ask", claim -> gives(IntNode.valueOf(1)))
                .with(DagOf.id("release")
                        .tasks(
                                TaskOf.id("ask").kind(TaskKind.APPROVAL).asks(MINUTE, MINUTE, true),
                                TaskOf.id("publish").after("ask")))
                .node();

        UUID run = workflows.trigger("release");
        workflows.awaitTask(run, "ask", TaskState.AWAITING);
        assertThat(workflows.count("dag_task_active where worker is not null")).isZero();
        workflows.advance(MINUTE);

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        assertThat(workflows.tasks(run))
                .containsEntry("ask", TaskState.SKIPPED)
                .containsEntry("publish", TaskState.SKIPPED);
    }
}

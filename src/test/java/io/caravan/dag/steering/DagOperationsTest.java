package io.caravan.dag.steering;

import static io.caravan.dag.engine.TestWorkflows.dag;
import static io.caravan.dag.engine.TestWorkflows.gives;
import static io.caravan.dag.engine.TestWorkflows.succeeded;
import static io.caravan.dag.engine.TestWorkflows.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.dag.definition.AwaitedRun;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.ForEach;
import io.caravan.dag.definition.Retries;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.engine.ClearedTask;
import io.caravan.dag.engine.HeardRuns;
import io.caravan.dag.engine.TaskSelection;
import io.caravan.dag.engine.TestWorkflows;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.run.TaskState;
import io.caravan.dag.steering.AuditRepository.Entry;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(PostgresExtension.class)
class DagOperationsTest {
    private static final Operator ANN = new Operator("ann", "wrong tariff");
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final TestWorkflows workflows;
    private final DagOperations operations;
    private final Map<String, Integer> ran = new ConcurrentHashMap<>();

    /** Each test has a workflow of its own. */
    private final String flow = "flow" + NUMBER.incrementAndGet();

    DagOperationsTest(Database database) {
        workflows = new TestWorkflows(database);
        operations = workflows.operations();
    }

    @AfterEach
    void stop() {
        workflows.close();
        workflows.forgetRuns();
    }

    private void awaitState(UUID run, RunState state) {
        await().untilAsserted(() -> assertThat(workflows.state(run)).contains(state));
    }

    private void awaitTask(UUID run, String task, TaskState state) {
        await().untilAsserted(() -> assertThat(workflows.tasks(run)).containsEntry(task, state));
    }

    private void counted(String... tasks) {
        for (String task : tasks) {
            workflows.does(task, claim -> {
                ran.merge(claim.key().toString(), 1, Integer::sum);
                return succeeded();
            });
        }
    }

    private static TaskResult failed(String message) {
        return new TaskResult.Failed(List.of("IllegalStateException"), message);
    }

    private List<Entry> audit() {
        return new AuditRepository(workflows.database).list(flow, Optional.empty(), 10);
    }

    private String text(String sql) {
        return workflows.ask(sql, row -> row.getString(1));
    }

    private int number(String sql) {
        return workflows.ask(sql, row -> row.getInt(1));
    }

    private static TaskSelection only(String... tasks) {
        return new TaskSelection(List.of(tasks), false, false);
    }

    private static TaskSelection downstreamOf(String... tasks) {
        return new TaskSelection(List.of(tasks), false, true);
    }

    @Test
    void oneNodeOfTwoTellsOfRunsThatWereStartedAndEndedByHand() {
        number("with gone as (delete from caravan.dag_worker returning 1) select count(*) from gone");
        HeardRuns heard = new HeardRuns();
        workflows.listeners.add(heard);
        workflows
                .does("a", claim -> new TaskResult.HandedBack("later", Duration.ofHours(1)))
                .with(dag(flow, task("a")))
                .node();
        workflows.node();
        // A node that has just been started may not listen yet
        await().until(() -> {
            triggered();
            return !heard.started.isEmpty();
        });

        UUID run = triggered();
        await().untilAsserted(() -> assertThat(heard.started).contains(run));
        operations.markRun(ANN, run, true);

        await().untilAsserted(() -> assertThat(heard.ended).contains(run + " SUCCESS"));
        assertThat(heard.started).containsOnlyOnce(run);
        assertThat(heard.ended).containsExactly(run + " SUCCESS");
    }

    private UUID triggered() {
        return operations.trigger(ANN, flow, null, Optional.empty(), null).id();
    }

    @Test
    void aPausedWorkflowBeginsNothingUntilItIsUnpaused() {
        workflows.with(dag(flow, task("a"))).node();
        assertThat(operations.pause(ANN, flow)).isTrue();
        assertThat(operations.pause(ANN, flow)).isFalse();
        UUID run = operations.trigger(ANN, flow, null, Optional.empty(), null).id();
        assertThat(workflows.state(run)).contains(RunState.QUEUED);

        assertThat(operations.unpause(ANN, flow)).isTrue();
        awaitState(run, RunState.SUCCESS);
        assertThat(audit()).extracting(Entry::action).containsExactly("unpause", "trigger", "pause");
        assertThat(audit()).allSatisfy(entry -> assertThat(entry.why()).isEqualTo("wrong tariff"));
    }

    @Test
    void aWorkflowThatIsNotThereIsToldWithThoseThatAre() {
        workflows.with(dag(flow, task("a")));
        assertThatThrownBy(() -> operations.pause(ANN, "rydes"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no workflow 'rydes'")
                .hasMessageContaining(flow);
    }

    @Test
    void aLogicalTimeHasOneRun() {
        workflows.with(dag(flow, task("a")));
        Instant time = Instant.parse("2026-03-01T00:00:00Z");
        DagRun run = operations.trigger(ANN, flow, null, Optional.of(time), "by hand");
        assertThat(run.logicalTime()).isEqualTo(time);
        assertThatThrownBy(() -> operations.trigger(ANN, flow, null, Optional.of(time), null))
                .hasMessageContaining(run.id().toString())
                .hasMessageContaining("Clear or replay that one");
    }

    @Test
    void paramsAreChecked() {
        workflows.with(dag(flow, task("a")));
        assertThatThrownBy(() -> operations.trigger(
                        ANN, flow, JsonNodeFactory.instance.objectNode().put("city", 7), Optional.empty(), null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("city");
    }

    @Test
    void aRunThatHasEndedGoesOnWhereItIsCleared() {
        counted("a", "b", "c");
        workflows.with(dag(flow, task("a"), task("b", "a"), task("c", "b"))).node();
        UUID run = workflows.trigger(flow);
        awaitState(run, RunState.SUCCESS);

        List<ClearedTask> planned = operations.planClear(List.of(run), downstreamOf("b"), false);
        assertThat(planned).extracting(each -> each.key().task()).containsExactlyInAnyOrder("b", "c");
        assertThat(workflows.state(run)).contains(RunState.SUCCESS);

        assertThat(operations.clear(ANN, List.of(run), downstreamOf("b"), false))
                .hasSize(2);
        await().untilAsserted(() -> assertThat(ran).isEqualTo(Map.of("a", 1, "b", 2, "c", 2)));
        awaitState(run, RunState.SUCCESS);
        assertThat(number("select count(*) from caravan.dag_attempt where run = '" + run + "' and node = ''"))
                .isZero();
        assertThat(number("select count(*) from caravan.dag_attempt where run = '" + run + "' and state = 'SUCCESS'"))
                .isEqualTo(2);
        assertThat(audit().get(0).detail()).isEqualTo("2 tasks: b, c");
    }

    @Test
    void aTaskThatRunsIsStoppedWhenItIsCleared() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        workflows.does("a", claim -> {
            ran.merge("a", 1, Integer::sum);
            if (claim.number() == 1) {
                begun.countDown();
                try {
                    TimeUnit.SECONDS.sleep(60);
                } catch (InterruptedException e) {
                    interrupted.set(true);
                }
                return gives(JsonNodeFactory.instance.textNode("too late"));
            }
            return gives(JsonNodeFactory.instance.textNode("in time"));
        });
        workflows.with(dag(flow, task("a"))).node();
        UUID run = workflows.trigger(flow);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

        operations.clear(ANN, List.of(run), TaskSelection.ALL, false);
        awaitState(run, RunState.SUCCESS);
        await().untilTrue(interrupted);
        assertThat(text("select output::text from caravan.dag_task where run = '" + run + "'"))
                .isEqualTo("\"in time\"");
        assertThat(text("select state from caravan.dag_attempt where run = '" + run + "'"))
                .isEqualTo("INTERRUPTED");
    }

    @Test
    void clearedTriesAreForgiven() {
        AtomicBoolean mended = new AtomicBoolean();
        workflows.does("a", claim -> {
            ran.merge("a", 1, Integer::sum);
            return mended.get() && claim.spent() == 2 ? succeeded() : failed("not yet mended");
        });
        workflows.with(dag(flow, withRetries(task("a"), 1))).node();
        UUID run = workflows.trigger(flow);
        awaitState(run, RunState.FAILED);

        mended.set(true);
        operations.restart(ANN, run);
        awaitState(run, RunState.SUCCESS);
        assertThat(ran).containsEntry("a", 4);
        assertThat(text(
                        "select string_agg(attempt || ' ' || state, ', ' order by attempt) from caravan.dag_attempt where run = '"
                                + run + "'"))
                .isEqualTo("1 FAILED, 2 FAILED, 3 FAILED");
    }

    private static TaskDefinition withRetries(TaskDefinition task, int retries) {
        Retries rule = new Retries(retries, Duration.ofMillis(1), 1, Duration.ofSeconds(1), 0, List.of(), List.of());
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
                task.pool(),
                task.slots(),
                task.priority(),
                rule,
                task.timeout(),
                task.sensing(),
                task.awaitedRun());
    }

    private static TaskDefinition of(TaskKind kind, TaskDefinition task, String... setups) {
        return new TaskDefinition(
                task.id(),
                task.route(),
                kind,
                task.after(),
                task.when(),
                List.of(setups),
                task.group(),
                task.mappedBy(),
                task.forEach(),
                task.pool(),
                task.slots(),
                task.priority(),
                task.retries(),
                task.timeout(),
                task.sensing(),
                kind == TaskKind.SUBWORKFLOW
                        ? Optional.of(new AwaitedRun(setups[0], Duration.ZERO, false))
                        : Optional.empty());
    }

    private static TaskDefinition mapped(TaskDefinition task, String list) {
        return new TaskDefinition(
                task.id(),
                task.route(),
                task.kind(),
                task.after(),
                task.when(),
                task.setups(),
                task.group(),
                Optional.of(task.id()),
                Optional.of(new ForEach(list, null, 100, 0)),
                task.pool(),
                task.slots(),
                task.priority(),
                task.retries(),
                task.timeout(),
                task.sensing(),
                task.awaitedRun());
    }

    @Test
    void aRestartRunsWhatFailedAndWhatCouldNotRun() {
        AtomicBoolean mended = new AtomicBoolean();
        counted("a", "c");
        workflows.does("b", claim -> {
            ran.merge("b", 1, Integer::sum);
            return mended.get() ? succeeded() : failed("no such tariff");
        });
        workflows.with(dag(flow, task("a"), task("b", "a"), task("c", "b"))).node();
        UUID run = workflows.trigger(flow);
        awaitState(run, RunState.FAILED);

        mended.set(true);
        operations.restart(ANN, run);
        awaitState(run, RunState.SUCCESS);
        assertThat(ran).isEqualTo(Map.of("a", 1, "b", 2, "c", 1));
        assertThatThrownBy(() -> operations.restart(ANN, run)).hasMessageContaining("nothing was changed");
    }

    @Test
    void setupsAndTeardownsAreClearedWithTheWorkBetweenThem() {
        counted("make", "work", "drop", "other");
        workflows
                .with(dag(
                        flow,
                        of(TaskKind.SETUP, task("make")),
                        task("work", "make"),
                        of(TaskKind.TEARDOWN, task("drop", "work"), "make"),
                        task("other")))
                .node();
        UUID run = workflows.trigger(flow);
        awaitState(run, RunState.SUCCESS);
        operations.clear(ANN, List.of(run), only("work"), false);
        await().untilAsserted(() -> assertThat(ran).isEqualTo(Map.of("make", 2, "work", 2, "drop", 2, "other", 1)));
        awaitState(run, RunState.SUCCESS);
    }

    @Test
    void aMappedTaskThatIsClearedReadsItsListAgain() {
        AtomicInteger items = new AtomicInteger(3);
        workflows.does("list", claim -> {
            var list = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < items.get(); i++) {
                list.add(i);
            }
            return gives(list);
        });
        counted("each", "end");
        workflows
                .with(dag(flow, task("list"), mapped(task("each", "list"), "list"), task("end", "each")))
                .node();
        UUID run = workflows.trigger(flow);
        awaitState(run, RunState.SUCCESS);

        operations.clear(ANN, List.of(run), only("each[1]"), false);
        await().untilAsserted(() -> assertThat(ran).containsEntry("each[1]", 2));
        awaitState(run, RunState.SUCCESS);
        assertThat(ran).isEqualTo(Map.of("each[0]", 1, "each[1]", 2, "each[2]", 1, "end", 1));

        items.set(2);
        operations.clear(ANN, List.of(run), downstreamOf("list"), false);
        await().untilAsserted(() -> assertThat(ran).containsEntry("end", 2));
        awaitState(run, RunState.SUCCESS);
        assertThat(ran).isEqualTo(Map.of("each[0]", 2, "each[1]", 3, "each[2]", 1, "end", 2));
        assertThat(workflows.tasks(run)).containsOnlyKeys("list", "each[0]", "each[1]", "end");
        assertThat(number("select min(claim) from caravan.dag_task where task = 'each' and run = '" + run + "'"))
                .as("an old claim never counts for a new instance")
                .isGreaterThan(2);
    }

    @Test
    void whatIsMarkedSuccessfulLetsTheRestGoOn() {
        counted("c");
        workflows.does("b", claim -> failed("no"));
        workflows.with(dag(flow, task("a"), task("b", "a"), task("c", "b"))).node();
        UUID run = workflows.trigger(flow);
        awaitState(run, RunState.FAILED);

        assertThat(operations.markTasks(ANN, run, only("b"), true, true))
                .extracting(TaskKey::task)
                .containsExactly("b");
        awaitState(run, RunState.SUCCESS);
        assertThat(ran).isEqualTo(Map.of("c", 1));
        assertThat(text("select note from caravan.dag_task where task = 'b' and run = '" + run + "'"))
                .isEqualTo("marked success by ann: wrong tariff");
    }

    @Test
    void aLeafThatIsMarkedChangesHowItsRunEnded() {
        workflows.does("a", claim -> failed("no"));
        workflows.with(dag(flow, task("a"))).node();
        UUID run = workflows.trigger(flow);
        awaitState(run, RunState.FAILED);
        operations.markTasks(ANN, run, TaskSelection.ALL, true, false);
        assertThat(workflows.state(run)).contains(RunState.SUCCESS);
        operations.markTasks(ANN, run, TaskSelection.ALL, false, false);
        assertThat(workflows.state(run)).contains(RunState.FAILED);
        operations.markRun(ANN, run, true);
        assertThat(workflows.state(run)).contains(RunState.SUCCESS);
        assertThat(workflows.tasks(run)).containsEntry("a", TaskState.SUCCESS);
    }

    @Test
    void aRunThatIsMarkedFailedEndsAtOnceAndCanBeRestarted() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean quick = new AtomicBoolean();
        workflows.does("a", claim -> {
            begun.countDown();
            return quick.get() ? succeeded() : sleep();
        });
        counted("b");
        workflows.with(dag(flow, task("a"), task("b", "a"))).node();
        UUID run = workflows.trigger(flow);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        operations.markRun(ANN, run, false);
        assertThat(workflows.state(run)).contains(RunState.FAILED);
        assertThat(workflows.tasks(run)).isEqualTo(Map.of("a", TaskState.FAILED, "b", TaskState.SKIPPED));

        quick.set(true);
        operations.restart(ANN, run);
        awaitState(run, RunState.SUCCESS);
        assertThat(ran).isEqualTo(Map.of("b", 1));
    }

    private static TaskResult sleep() {
        try {
            TimeUnit.SECONDS.sleep(60);
            return succeeded();
        } catch (InterruptedException e) {
            return failed("interrupted");
        }
    }

    @Test
    void aCancelledRunEndsWhenItsTaskHasLetGo() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        workflows.does("a", claim -> {
            begun.countDown();
            return sleep();
        });
        workflows.with(dag(flow, withRetries(task("a"), 5), task("b", "a"))).node();
        UUID run = workflows.trigger(flow);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(operations.cancel(ANN, run)).containsExactly(run);
        awaitState(run, RunState.CANCELLED);
        assertThat(workflows.tasks(run)).isEqualTo(Map.of("a", TaskState.FAILED, "b", TaskState.SKIPPED));
        assertThat(text("select error from caravan.dag_task where task = 'a' and run = '" + run + "'"))
                .isEqualTo("cancelled by ann: wrong tariff");
        assertThatThrownBy(() -> operations.cancel(ANN, run)).hasMessageContaining("has ended (cancelled)");
    }

    @Test
    void teardownsTidyUpAfterACancelledRun() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        counted("make", "drop");
        workflows.does("work", claim -> {
            begun.countDown();
            return sleep();
        });
        workflows
                .with(dag(
                        flow,
                        of(TaskKind.SETUP, task("make")),
                        task("work", "make"),
                        of(TaskKind.TEARDOWN, task("drop", "work"), "make"),
                        task("after", "work")))
                .node();
        UUID run = workflows.trigger(flow);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        operations.cancel(ANN, run);
        awaitState(run, RunState.CANCELLED);
        assertThat(ran).isEqualTo(Map.of("make", 1, "drop", 1));
        assertThat(workflows.tasks(run)).containsEntry("after", TaskState.SKIPPED);
    }

    @Test
    void aRunThatWasEndedByItsTimeoutIsRestartedWhereItStopped() {
        AtomicBoolean quick = new AtomicBoolean();
        counted("a", "c");
        workflows.does("b", claim -> quick.get() ? succeeded() : sleep());
        DagDefinition flowing = dag(flow, task("a"), task("b", "a"), task("c", "b"));
        workflows
                .with(new DagDefinition(
                        flow,
                        "",
                        "",
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        16,
                        0,
                        0,
                        Optional.of(Duration.ofMillis(600)),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        List.of(),
                        flowing.tasks()))
                .node();
        UUID run = workflows.trigger(flow);
        awaitState(run, RunState.FAILED);
        quick.set(true);
        operations.restart(ANN, run);
        awaitState(run, RunState.SUCCESS);
        assertThat(ran).isEqualTo(Map.of("a", 1, "c", 1));
    }

    @Test
    void aQueuedRunIsCancelledAtOnce() {
        workflows.with(dag(flow, task("a")));
        operations.pause(ANN, flow);
        UUID run = operations.trigger(ANN, flow, null, Optional.empty(), null).id();
        operations.cancel(ANN, run);
        assertThat(workflows.state(run)).contains(RunState.CANCELLED);
    }

    @Test
    void aCancelledRunEndsAlsoWhenItsNodeIsDead() throws InterruptedException {
        workflows.with(dag(flow, task("a"), task("b", "a")));
        UUID run = workflows.trigger(flow);
        workflows.claimByDeadNode(new TaskKey(run, "a", -1));

        operations.cancel(ANN, run);
        assertThat(workflows.state(run)).contains(RunState.RUNNING);
        workflows.node();
        awaitState(run, RunState.CANCELLED);
        assertThat(workflows.tasks(run)).isEqualTo(Map.of("a", TaskState.FAILED, "b", TaskState.SKIPPED));
    }

    @Test
    void runsThatACancelledRunHasStartedAreCancelledToo() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        String child = flow + "-child";
        workflows.does("leaf", claim -> {
            begun.countDown();
            return sleep();
        });
        workflows.with(dag(child, task("leaf")));
        workflows
                .with(dag(flow, of(TaskKind.SUBWORKFLOW, task("start"), child)))
                .node();
        UUID run = workflows.trigger(flow);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        awaitTask(run, "start", TaskState.AWAITING);

        List<UUID> cancelled = operations.cancel(ANN, run);
        assertThat(cancelled).hasSize(2).contains(run);
        cancelled.forEach(each -> awaitState(each, RunState.CANCELLED));
    }

    @Test
    void aCancelledRunIsRestartedWhereItStopped() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean quick = new AtomicBoolean();
        counted("a", "c");
        workflows.does("b", claim -> {
            begun.countDown();
            return quick.get() ? succeeded() : sleep();
        });
        workflows.with(dag(flow, task("a"), task("b", "a"), task("c", "b"))).node();
        UUID run = workflows.trigger(flow);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        operations.cancel(ANN, run);
        awaitState(run, RunState.CANCELLED);
        quick.set(true);
        operations.restart(ANN, run);
        awaitState(run, RunState.SUCCESS);
        assertThat(ran).isEqualTo(Map.of("a", 1, "c", 1));
    }

    @Test
    void aReplayIsANewRunWithTheSameParamsAndInterval() {
        workflows.with(dag(flow, task("a"))).node();
        Instant time = Instant.parse("2026-03-01T00:00:00Z");
        DagRun origin = operations.trigger(ANN, flow, null, Optional.of(time), null);
        awaitState(origin.id(), RunState.SUCCESS);
        DagRun replay = operations.replay(ANN, origin.id());
        awaitState(replay.id(), RunState.SUCCESS);
        assertThat(replay.intervalStart()).isEqualTo(origin.intervalStart());
        assertThat(replay.logicalTime()).isAfter(time);
        assertThat(text("select note from caravan.dag_run where id = '" + replay.id() + "'"))
                .isEqualTo("replay of run " + origin.id() + " (2026-03-01T00:00:00Z)");
    }

    @Test
    void anApprovalLetsTheRestGoOnAndTellsWhoGaveIt() {
        workflows
                .with(dag(flow, of(TaskKind.APPROVAL, task("ask")), task("after", "ask")))
                .node();
        UUID run = workflows.trigger(flow);
        awaitTask(run, "ask", TaskState.AWAITING);
        assertThatThrownBy(() -> operations.answer(ANN, run, "after", true))
                .hasMessageContaining("no task 'after' that waits for an approval; it has 1 that wait for one: ask");
        assertThat(operations.answer(ANN, run, "", true).task()).isEqualTo("ask");
        awaitState(run, RunState.SUCCESS);
        assertThat(text("select output ->> 'by' from caravan.dag_task where task = 'ask' and run = '" + run + "'"))
                .isEqualTo("ann");
        assertThatThrownBy(() -> operations.answer(ANN, run, "", true))
                .hasMessageContaining("has no task that waits for an approval");
    }

    @Test
    void aNodeTellsOfTheTriesThatAnAnswerEnds() {
        number("with gone as (delete from caravan.dag_worker returning 1) select count(*) from gone");
        HeardRuns heard = new HeardRuns();
        workflows.listeners.add(heard);
        workflows.with(dag(flow, of(TaskKind.APPROVAL, task("ask")))).node();
        // A node that has just been started may not listen yet
        await().until(() -> {
            triggered();
            return !heard.started.isEmpty();
        });
        UUID run = triggered();
        awaitTask(run, "ask", TaskState.AWAITING);

        operations.answer(ANN, run, "ask", true);

        await().untilAsserted(() -> assertThat(heard.tries).contains(flow + "/ask 1 SUCCESS"));
    }

    @Test
    void aRejectionFailsTheTask() {
        workflows
                .with(dag(flow, of(TaskKind.APPROVAL, task("ask")), task("after", "ask")))
                .node();
        UUID run = workflows.trigger(flow);
        awaitTask(run, "ask", TaskState.AWAITING);
        operations.answer(ANN, run, "ask", false);
        awaitState(run, RunState.FAILED);
        assertThat(text("select error from caravan.dag_task where task = 'ask' and run = '" + run + "'"))
                .isEqualTo("rejected by ann: wrong tariff");
    }

    @ParameterizedTest
    @EnumSource(
            value = RunKind.class,
            names = {"SCHEDULED", "BACKFILL"})
    void clearedRunsKeepToMaxActiveRuns(RunKind kind) {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        workflows.does("a", claim -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            await().pollDelay(Duration.ofMillis(30)).until(() -> true);
            now.decrementAndGet();
            return succeeded();
        });
        DagDefinition two = new DagDefinition(
                flow,
                "",
                "",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                2,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                List.of(),
                List.of(task("a")));
        workflows.with(two).node();
        List<UUID> runs = java.util.stream.IntStream.range(0, 8)
                .mapToObj(i -> workflows.trigger(
                        flow, kind, Instant.parse("2026-01-01T00:00:00Z").plusSeconds(i)))
                .toList();
        runs.forEach(run -> awaitState(run, RunState.SUCCESS));
        most.set(0);
        operations.clear(ANN, runs, TaskSelection.ALL, false);
        await().untilAsserted(() -> assertThat(
                        number("select count(*) from caravan.dag_attempt where state = 'SUCCESS' and run = any(array['"
                                + String.join(
                                        "','", runs.stream().map(UUID::toString).toList()) + "']::uuid[])"))
                .isEqualTo(8));
        runs.forEach(run -> awaitState(run, RunState.SUCCESS));
        assertThat(most.get()).isEqualTo(2);
    }

    @Test
    void aPoolsSlotsAreSet() {
        workflows.pool(flow, 1);
        operations.setSlots(ANN, flow, 7);
        assertThat(new PoolRepository(workflows.database).list())
                .filteredOn(pool -> pool.name().equals(flow))
                .extracting(PoolRepository.Standing::slots)
                .containsExactly(7);
        assertThatThrownBy(() -> operations.setSlots(ANN, "nil", 1)).hasMessageContaining("no pool 'nil'");
        assertThatThrownBy(() -> operations.setSlots(ANN, flow, -2)).hasMessageContaining("-2 slots");
    }
}

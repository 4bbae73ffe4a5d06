package io.caravan.dag.engine;

import static io.caravan.dag.engine.TestWorkflows.gives;
import static io.caravan.dag.engine.TestWorkflows.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.definition.TriggerRule;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.run.TaskState;
import io.caravan.dag.steering.Operator;
import io.caravan.dag.steering.PoolRepository;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that die, stop, lose their word or come too late. */
@ExtendWith(PostgresExtension.class)
class NodesTest {
    private final TestWorkflows workflows;
    private final DatabaseSettings settings;

    NodesTest(Database database, DatabaseSettings settings) {
        this.settings = settings;
        workflows = new TestWorkflows(database);
    }

    @AfterEach
    void stop() {
        workflows.close();
    }

    private static EngineSettings mortal(EngineSettings of) {
        return new EngineSettings(
                of.node(), of.workers(), Duration.ofMillis(600), Duration.ofMillis(150), Duration.ofMillis(100), 90);
    }

    /** Cuts a node's connections: from now on it can do nothing that counts. */
    private static void kill(Database connections) {
        connections.close();
    }

    private Database connections() {
        return Database.open(
                new DatabaseSettings(settings.url(), settings.user(), settings.password(), 4, Duration.ofSeconds(2)));
    }

    private void update(String sql) {
        workflows.database.runInTransaction(
                connection -> Query.of(sql).on(workflows.database).update());
    }

    @Test
    void whatADeadNodeHadIsTakenOverAndItsTryIsNotSpent() {
        AtomicInteger tries = new AtomicInteger();
        Crowd stuck = new Crowd();
        workflows
                .does(
                        "work",
                        claim -> tries.incrementAndGet() == 1 ? stuck.enter() : gives("\"" + claim.spent() + "\""))
                .with(DagOf.id("inherit")
                        .tasks(TaskOf.id("work"), TaskOf.id("next").after("work")));
        Database doomed = connections();
        workflows.node(doomed, NodesTest::mortal);
        UUID run = workflows.trigger("inherit");
        await().until(() -> stuck.inside() == 1);

        kill(doomed);
        workflows.node(NodesTest::mortal);

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        assertThat(workflows.told(run, "work", "output")).isEqualTo("\"1\"");
        assertThat(workflows.told(run, "work", "lost")).isEqualTo("1");
        assertThat(workflows.count("dag_attempt where state = 'LOST' and node = 'node0'"))
                .isEqualTo(1);
        await().until(() -> workflows.count("dag_worker") == 1);
    }

    @Test
    void aDeadNodeWithoutTasksIsForgottenAndHoldsUpNobody() {
        Database doomed = connections();
        workflows.node(doomed, NodesTest::mortal);
        kill(doomed);
        workflows.node(NodesTest::mortal);

        await().until(() -> workflows.count("dag_worker") == 1);
    }

    @Test
    void aResultThatComesAfterTheTakeOverIsRefused() {
        Crowd slow = new Crowd();
        AtomicInteger tries = new AtomicInteger();
        workflows
                .does("work", claim -> {
                    if (tries.incrementAndGet() > 1) {
                        return gives("\"second\"");
                    }
                    slow.enter();
                    return gives("\"first\"");
                })
                .with(DagOf.id("late").tasks(TaskOf.id("work")));
        workflows.node(of ->
                new EngineSettings("frozen", 4, Duration.ofHours(1), Duration.ofMinutes(9), Duration.ofSeconds(1), 90));
        UUID run = workflows.trigger("late");
        await().until(() -> slow.inside() == 1);

        update("update caravan.dag_worker set until = now() - interval '1 second' where node = 'frozen'");
        workflows.node(NodesTest::mortal);
        workflows.end(run);
        slow.leaveAll();
        await().until(() -> slow.inside() == 0);

        assertThat(workflows.told(run, "work", "output")).isEqualTo("\"second\"");
        await().during(Duration.ofMillis(300)).until(() -> "\"second\"".equals(workflows.told(run, "work", "output")));
    }

    private void write(String what, Runnable before) {
        workflows.database.runInTransaction(connection -> {
            Query.of("insert into written values (:what)")
                    .on(workflows.database)
                    .set("what", what)
                    .update();
            before.run();
        });
    }

    private int written(String what) {
        return workflows.ask("select count(*) from written where what = '" + what + "'", row -> row.getInt(1));
    }

    @Test
    void whatIsToBeCommittedAfterTheTakeOverIsRolledBack() {
        update("create table if not exists written (what text)");
        Crowd slow = new Crowd();
        AtomicInteger tries = new AtomicInteger();
        workflows
                .does("work", claim -> {
                    boolean first = tries.incrementAndGet() == 1;
                    write(first ? "stale" : "fresh", first ? slow::enter : () -> {});
                    return succeeded();
                })
                .with(DagOf.id("stale").tasks(TaskOf.id("work")));
        workflows.node(of ->
                new EngineSettings("asleep", 4, Duration.ofHours(1), Duration.ofMinutes(9), Duration.ofSeconds(1), 90));
        UUID run = workflows.trigger("stale");
        await().until(() -> slow.inside() == 1);

        update("update caravan.dag_worker set until = now() - interval '1 second' where node = 'asleep'");
        workflows.node(NodesTest::mortal);
        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        slow.leaveAll();
        workflows.close();

        assertThat(written("fresh")).isEqualTo(1);
        assertThat(written("stale")).isZero();
    }

    @Test
    void aClearedTasksStatementIsCancelledAndItsWorkUndone() {
        update("create table if not exists written (what text)");
        AtomicInteger tries = new AtomicInteger();
        workflows
                .does("work", claim -> {
                    boolean first = tries.incrementAndGet() == 1;
                    write(first ? "cleared" : "again", first ? this::sleep : () -> {});
                    return succeeded();
                })
                .pool("lock", 1)
                .with(DagOf.id("cleared").tasks(TaskOf.id("work").pool("lock", 1)))
                .node();
        UUID run = workflows.trigger("cleared");
        await().until(() -> sleepers() == 1);

        workflows.operations().clear(new Operator("ann", ""), List.of(run), TaskSelection.ALL, false);

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        assertThat(sleepers()).isZero();
        assertThat(written("again")).isEqualTo(1);
        assertThat(written("cleared")).isZero();
        assertThat(workflows.count("dag_held")).isZero();
    }

    private int sleepers() {
        return workflows.ask(
                "select count(*) from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'",
                row -> row.getInt(1));
    }

    private void sleep() {
        workflows.ask("select pg_sleep(60)", row -> true);
    }

    @Test
    void aClearedTaskKeepsItsPoolFromOthersUntilItsThreadHasLetGo() {
        Crowd deaf = new Crowd();
        AtomicInteger tries = new AtomicInteger();
        workflows
                .does("work", claim -> {
                    if (tries.incrementAndGet() == 1) {
                        while (deaf.enter() instanceof TaskResult.Failed) {
                            Thread.onSpinWait();
                        }
                    }
                    return succeeded();
                })
                .pool("staging", 1)
                .with(DagOf.id("exclusive").tasks(TaskOf.id("work").pool("staging", 1)))
                .node();
        UUID run = workflows.trigger("exclusive");
        await().until(() -> deaf.inside() == 1);

        workflows.operations().clear(new Operator("ann", ""), List.of(run), TaskSelection.ALL, false);

        workflows.awaitTask(run, "work", TaskState.READY);
        await().during(Duration.ofMillis(400)).until(() -> workflows.tasks(run).get("work") == TaskState.READY);
        assertThat(new PoolRepository(workflows.database).list())
                .filteredOn(pool -> pool.name().equals("staging"))
                .extracting(PoolRepository.Standing::used)
                .containsExactly(1);
        deaf.leaveAll();
        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        assertThat(workflows.count("dag_held")).isZero();
    }

    @Test
    void aTaskThatKillsItsWorkersFailsAtLast() {
        workflows
                .does("poison", claim -> new Crowd().enter())
                .with(DagOf.id("poison")
                        .tasks(
                                TaskOf.id("poison"),
                                TaskOf.id("tell").after("poison").when(TriggerRule.all_done)));
        UUID run = workflows.trigger("poison");
        for (int i = 1; i <= WorkerRepository.MOST_DEATHS; i++) {
            Database doomed = connections();
            workflows.node(doomed, NodesTest::mortal);
            int owners = i;
            await().until(() -> String.valueOf(2 * owners - 1).equals(workflows.told(run, "poison", "claim")));
            kill(doomed);
        }
        workflows.node(NodesTest::mortal);

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        assertThat(workflows.tasks(run))
                .containsEntry("poison", TaskState.FAILED)
                .containsEntry("tell", TaskState.SUCCESS);
        assertThat(workflows.told(run, "poison", "error")).startsWith("3 workers died while they had it");
    }

    @Test
    void aNodeThatStopsFinishesWhatItHas() {
        Crowd crowd = new Crowd();
        workflows.does("work", claim -> crowd.enter()).with(DagOf.id("finish").tasks(TaskOf.id("work")));
        DagEngine node = workflows.node();
        UUID run = workflows.trigger("finish");
        await().until(() -> crowd.inside() == 1);

        Thread stopping = new Thread(() -> node.stop(Duration.ofSeconds(20)));
        stopping.start();
        crowd.leaveAll();

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
    }

    @Test
    void whatDoesntFinishInTimeIsHandedBackWithItsTryUnspent() {
        Crowd crowd = new Crowd();
        AtomicInteger tries = new AtomicInteger();
        workflows
                .does("work", claim -> tries.incrementAndGet() == 1 ? crowd.enter() : succeeded())
                .with(DagOf.id("handback").tasks(TaskOf.id("work")));
        DagEngine node = workflows.node();
        UUID run = workflows.trigger("handback");
        await().until(() -> crowd.inside() == 1);

        node.stop(Duration.ofMillis(50));
        assertThat(workflows.tasks(run)).containsEntry("work", TaskState.READY);
        assertThat(workflows.told(run, "work", "attempt")).isEqualTo("0");
        assertThat(workflows.count("dag_worker")).isZero();
        workflows.node();

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        assertThat(workflows.told(run, "work", "attempt")).isEqualTo("1");
    }

    @Test
    void workThatEndsWellAlthoughTheNodeStopsIsNotDoneAgain() {
        AtomicInteger tries = new AtomicInteger();
        Crowd crowd = new Crowd();
        workflows
                .does("work", claim -> {
                    tries.incrementAndGet();
                    crowd.enter();
                    return gives("\"done\"");
                })
                .with(DagOf.id("stubborn").tasks(TaskOf.id("work")));
        DagEngine node = workflows.node();
        UUID run = workflows.trigger("stubborn");
        await().until(() -> crowd.inside() == 1);

        node.stop(Duration.ofMillis(50));

        assertThat(workflows.state(run)).contains(RunState.SUCCESS);
        assertThat(tries).hasValue(1);
    }

    @Test
    void aTaskThatTakesTooLongIsInterruptedAndTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        Crowd crowd = new Crowd();
        workflows
                .does("work", claim -> tries.incrementAndGet() == 1 ? crowd.enter() : succeeded())
                .with(DagOf.id("slow")
                        .tasks(TaskOf.id("work").timeout(Duration.ofMillis(50)).retries(1, Duration.ZERO)))
                .node(settings -> RetriesTest.withSweep(settings, Duration.ofSeconds(20)));

        UUID run = workflows.done("slow");

        assertThat(workflows.state(run)).contains(RunState.SUCCESS);
        assertThat(workflows.count("dag_attempt where run = '" + run + "' and error like 'stopped after its timeout%'"))
                .isEqualTo(1);
    }

    @Test
    void aThreadThatIgnoresItsInterruptLosesItsTaskAfterTheGrace() {
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        Crowd deaf = new Crowd();
        AtomicInteger tries = new AtomicInteger();
        workflows
                .does("work", claim -> {
                    if (tries.incrementAndGet() > 1) {
                        return succeeded();
                    }
                    while (deaf.enter() instanceof TaskResult.Failed) {
                        Thread.onSpinWait();
                    }
                    return succeeded();
                })
                .with(DagOf.id("deaf")
                        .tasks(TaskOf.id("work").timeout(Duration.ofSeconds(10)).retries(1, Duration.ZERO)))
                .node();
        UUID run = workflows.trigger("deaf");
        await().until(() -> deaf.inside() == 1);

        workflows.advance(Duration.ofSeconds(10));
        await().during(Duration.ofMillis(200)).until(() -> workflows.tasks(run).get("work") == TaskState.RUNNING);
        workflows.advance(RunningTasks.GRACE);

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        assertThat(tries).hasValue(2);
        deaf.leaveAll();
    }

    @Test
    void aRunThatTakesTooLongFailsAndItsTeardownTidiesUp() {
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        Crowd crowd = new Crowd();
        workflows
                .does("work", claim -> crowd.enter())
                .with(DagOf.id("endless")
                        .timeout(Duration.ofMinutes(5))
                        .tasks(
                                TaskOf.id("create").kind(TaskKind.SETUP),
                                TaskOf.id("work").after("create").retries(9, Duration.ZERO),
                                TaskOf.id("next").after("work"),
                                TaskOf.id("drop").after("create", "work").tearsDown("create")))
                .node();
        UUID run = workflows.trigger("endless");
        await().until(() -> crowd.inside() == 1);

        workflows.advance(Duration.ofMinutes(5));

        assertThat(workflows.end(run)).isEqualTo(RunState.FAILED);
        assertThat(workflows.tasks(run))
                .containsEntry("work", TaskState.FAILED)
                .containsEntry("next", TaskState.SKIPPED)
                .containsEntry("drop", TaskState.SUCCESS);
    }

    @Test
    void aTeardownThatWaitsForItsPoolWhenTheRunsTimeIsOverStillTidiesUp() {
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        workflows
                .pool("drops", 0)
                .with(DagOf.id("queueing")
                        .timeout(Duration.ofMinutes(5))
                        .tasks(
                                TaskOf.id("create").kind(TaskKind.SETUP),
                                TaskOf.id("drop")
                                        .after("create")
                                        .tearsDown("create")
                                        .pool("drops", 1)))
                .node();
        UUID run = workflows.trigger("queueing");
        workflows.awaitTask(run, "drop", TaskState.READY);

        workflows.advance(Duration.ofMinutes(5));
        await().until(() -> workflows.count("dag_run_active where timed_out") == 1);
        update("update caravan.dag_pool set slots = 1 where name = 'drops'");

        assertThat(workflows.end(run)).isEqualTo(RunState.FAILED);
        assertThat(workflows.tasks(run)).containsEntry("drop", TaskState.SUCCESS);
    }

    @Test
    void aTeardownThatWaitsForItsPoolMakesNothingReady() {
        workflows
                .pool("none", 0)
                .with(DagOf.id("waiting")
                        .tasks(
                                TaskOf.id("create").kind(TaskKind.SETUP),
                                TaskOf.id("drop")
                                        .after("create")
                                        .tearsDown("create")
                                        .pool("none", 1)))
                .node();
        UUID run = workflows.trigger("waiting");
        workflows.awaitTask(run, "drop", TaskState.READY);
        workflows.operations().cancel(new Operator("ann", ""), run);

        CancellationDuty duty = new CancellationDuty(workflows.database, workflows, new DagEvents() {});
        assertThat(duty.run(workflows.clock.instant())).isFalse();

        update("update caravan.dag_pool set slots = 1 where name = 'none'");
        assertThat(workflows.end(run)).isEqualTo(RunState.CANCELLED);
        assertThat(workflows.tasks(run)).containsEntry("drop", TaskState.SUCCESS);
    }

    @Test
    void aTeardownOfACancelledRunIsTakenOverFromADeadNode() {
        Crowd working = new Crowd();
        Crowd stuck = new Crowd();
        AtomicInteger tries = new AtomicInteger();
        workflows
                .does("work", claim -> working.enter())
                .does("drop", claim -> tries.incrementAndGet() == 1 ? stuck.enter() : succeeded())
                .with(DagOf.id("tidied")
                        .tasks(
                                TaskOf.id("create").kind(TaskKind.SETUP),
                                TaskOf.id("work").after("create"),
                                TaskOf.id("drop").after("create", "work").tearsDown("create")));
        Database doomed = connections();
        workflows.node(doomed, NodesTest::mortal);
        UUID run = workflows.trigger("tidied");
        await().until(() -> working.inside() == 1);
        workflows.operations().cancel(new Operator("ann", ""), run);
        await().until(() -> stuck.inside() == 1);

        kill(doomed);
        workflows.node(NodesTest::mortal);

        assertThat(workflows.end(run)).isEqualTo(RunState.CANCELLED);
        assertThat(workflows.tasks(run)).containsEntry("drop", TaskState.SUCCESS);
    }

    @Test
    void aRunThatTakesTooLongEndsTheRunThatItStarted() {
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        Crowd crowd = new Crowd();
        workflows
                .does("deep", claim -> crowd.enter())
                .with(DagOf.id("deep1").tasks(TaskOf.id("deep")))
                .with(DagOf.id("slow1")
                        .timeout(Duration.ofMinutes(5))
                        .tasks(TaskOf.id("sub").starts("deep1")))
                .node();
        UUID run = workflows.trigger("slow1");
        await().until(() -> crowd.inside() == 1);

        workflows.advance(Duration.ofMinutes(5));

        assertThat(workflows.end(run)).isEqualTo(RunState.FAILED);
        await().until(() -> workflows.count("dag_run where dag = 'deep1' and state = 'CANCELLED'") == 1);
        assertThat(crowd.inside()).isZero();
    }

    @Test
    void aTaskThatWaitsNoLongerEndsTheRunThatItStarted() {
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        Crowd crowd = new Crowd();
        workflows
                .does("deep", claim -> crowd.enter())
                .with(DagOf.id("deep2").tasks(TaskOf.id("deep")))
                .with(DagOf.id("patient")
                        .tasks(TaskOf.id("sub")
                                .starts("deep2")
                                .asks(Duration.ofSeconds(1), Duration.ofMinutes(10), false)))
                .node();
        UUID run = workflows.trigger("patient");
        await().until(() -> crowd.inside() == 1);

        workflows.advance(Duration.ofMinutes(10));

        assertThat(workflows.end(run)).isEqualTo(RunState.FAILED);
        assertThat(workflows.tasks(run)).containsEntry("sub", TaskState.FAILED);
        await().until(() -> workflows.count("dag_run where dag = 'deep2' and state = 'CANCELLED'") == 1);
        assertThat(crowd.inside()).isZero();
    }

    @Test
    void whatNobodyWasToldOfIsFoundByTheSweep() {
        workflows.with(DagOf.id("unheard").tasks(TaskOf.id("work")));
        DagEngine node = workflows.node();
        workflows.nodes.clear();

        UUID run = workflows.trigger("unheard");

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        node.stop(Duration.ofSeconds(5));
    }

    @Test
    void aRunThatStandsStillGoesOnAMinuteLater() {
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        workflows.with(DagOf.id("still").tasks(TaskOf.id("a"), TaskOf.id("b").after("a")));
        UUID run = workflows.trigger("still");
        update("update caravan.dag_task_active set state = 'SUCCESS', ended_at = now() where task = 'a'");

        workflows.node();
        await().during(Duration.ofMillis(200)).until(() -> workflows.tasks(run).get("b") == TaskState.WAITING);
        workflows.advance(Duration.ofSeconds(61));

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
    }

    @Test
    void tasksThatANodeHoldsUnknowinglyAreGivenBack() {
        workflows
                .with(DagOf.id("ghost").tasks(TaskOf.id("work").pool("shut", 1)))
                .pool("shut", 0);
        workflows.node(NodesTest::mortal);
        UUID run = workflows.trigger("ghost");
        workflows.awaitTask(run, "work", TaskState.READY);
        update(
                "update caravan.dag_task_active set state = 'RUNNING', worker = (select id from caravan.dag_worker limit 1), claim = 1, attempt = 1");

        workflows.awaitTask(run, "work", TaskState.READY);
        update("update caravan.dag_pool set slots = 1 where name = 'shut'");

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        assertThat(workflows.told(run, "work", "attempt")).isEqualTo("1");
    }

    @Test
    void aDefinitionThatCantBeReadForAMomentCostsNoPlace() {
        workflows
                .pool("gate", 0)
                .with(DagOf.id("read").tasks(TaskOf.id("work").pool("gate", 1).retries(1, Duration.ZERO)));
        workflows.node(
                of -> new EngineSettings("narrow", 1, of.lease(), Duration.ofMillis(100), Duration.ofMillis(100), 90));
        UUID run = workflows.trigger("read");
        workflows.awaitTask(run, "work", TaskState.READY);
        AtomicInteger failures = new AtomicInteger(1);
        workflows.beforeFind = () -> {
            boolean claims = Thread.currentThread().getName().matches("caravan-dag-(dispatch|worker).*");
            if (claims && failures.getAndDecrement() > 0) {
                throw new DatabaseException("away for a moment");
            }
        };

        update("update caravan.dag_pool set slots = 1 where name = 'gate'");

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
    }

    @Test
    void resultsWaitUntilPostgresIsBack() {
        Crowd crowd = new Crowd();
        workflows
                .does("work", claim -> crowd.enter())
                .with(DagOf.id("away")
                        .tasks(TaskOf.id("work"), TaskOf.id("next").after("work")));
        workflows.node();
        UUID run = workflows.trigger("away");
        await().until(() -> crowd.inside() == 1);

        for (int i = 0; i < 5; i++) {
            crowd.leave(i == 2 ? 1 : 0);
            workflows.database.inTransaction(connection -> Query.of(
                            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
                    .on(workflows.database)
                    .first(row -> row.getInt(1)));
        }

        await().ignoreExceptions()
                .atMost(Duration.ofSeconds(20))
                .until(() -> workflows.state(run).orElseThrow() == RunState.SUCCESS);
    }
}

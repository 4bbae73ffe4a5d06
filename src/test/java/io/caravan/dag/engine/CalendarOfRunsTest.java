package io.caravan.dag.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.calendar.OnHoliday;
import io.caravan.dag.definition.CatchUp;
import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.definition.Timing;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs that the clock makes, and those that it takes away. */
@ExtendWith(PostgresExtension.class)
class CalendarOfRunsTest {
    private final TestWorkflows workflows;

    CalendarOfRunsTest(Database database) {
        workflows = new TestWorkflows(database);
    }

    @AfterEach
    void stop() {
        workflows.close();
    }

    private static Timing hourly(CatchUp catchUp) {
        return new Timing(
                List.of("0 * * * *"),
                ZoneOffset.UTC,
                Optional.of(Instant.parse("2026-03-01T00:00:00Z")),
                Optional.empty(),
                catchUp,
                Optional.empty(),
                OnHoliday.SKIP);
    }

    private void awaitRuns(String dag, int count) {
        await().untilAsserted(
                        () -> assertThat(workflows.count("dag_run where dag = '" + dag + "' and state = 'SUCCESS'"))
                                .isEqualTo(count));
    }

    @Test
    void everyMissedTickIsCaughtUpWithThoughFewRunAtOnce() {
        workflows.clock = new HandClock("2026-03-02T12:30:00Z");
        workflows
                .with(DagOf.id("all")
                        .schedule(hourly(CatchUp.ALL))
                        .maxActiveRuns(2)
                        .tasks(TaskOf.id("work")))
                .node();

        awaitRuns("all", 36);
        assertThat(workflows.count("dag_run where interval_end - interval_start <> interval '1 hour'"))
                .isZero();
    }

    @Test
    void onlyTheNewestMissedTickIsRunWhereThatIsWanted() {
        workflows.clock = new HandClock("2026-03-02T12:30:00Z");
        workflows
                .with(DagOf.id("last").schedule(hourly(CatchUp.LAST)).tasks(TaskOf.id("work")))
                .node();

        awaitRuns("last", 1);
        assertThat(workflows.count("dag_run where dag = 'last' and logical_time = '2026-03-02 11:00Z'"))
                .isEqualTo(1);
    }

    @Test
    void twoNodesMakeEachTickOnce() {
        workflows.clock = new HandClock("2026-03-01T00:30:00Z");
        for (int i = 0; i < 20; i++) {
            workflows.with(DagOf.id("tick" + i).schedule(hourly(CatchUp.ALL)).tasks(TaskOf.id("work")));
        }
        workflows.node();
        workflows.node();

        for (int hour = 1; hour <= 5; hour++) {
            workflows.advance(Duration.ofHours(1));
            int ticks = hour;
            await().untilAsserted(
                            () -> assertThat(workflows.count("dag_run where dag like 'tick%' and state = 'SUCCESS'"))
                                    .isEqualTo(20 * ticks));
        }
        assertThat(workflows.count("dag_run")
                        - workflows.ask(
                                "select count(distinct (dag, logical_time)) from caravan.dag_run",
                                row -> row.getInt(1)))
                .isZero();
    }

    @Test
    void aWorkflowWithAnUnreadableScheduleKeepsNoOtherFromRunning() {
        workflows.clock = new HandClock("2026-03-01T01:30:00Z");
        Timing broken = new Timing(
                List.of("0 * * * *"),
                ZoneOffset.UTC,
                Optional.empty(),
                Optional.empty(),
                CatchUp.LAST,
                Optional.of("no-such-calendar"),
                OnHoliday.SKIP);
        workflows
                .with(DagOf.id("broken").schedule(broken).tasks(TaskOf.id("work")))
                .with(DagOf.id("sound").schedule(hourly(CatchUp.LAST)).tasks(TaskOf.id("work")))
                .node();

        awaitRuns("sound", 1);
    }

    @Test
    void aRunThatHasEndedLeavesTheActiveTables() {
        workflows
                .with(DagOf.id("leave").tasks(TaskOf.id("a"), TaskOf.id("b").after("a")))
                .node();

        UUID run = workflows.done("leave");

        assertThat(workflows.count("dag_run_active where id = '" + run + "'")).isZero();
        assertThat(workflows.count("dag_task_active where run = '" + run + "'")).isZero();
        assertThat(workflows.count("dag_task where run = '" + run + "'")).isEqualTo(2);
        assertThat(workflows.count("dag_task_default"))
                .as("its day has a partition")
                .isZero();
    }

    @Test
    void historyIsKeptForItsDaysAndThenGoesWithItsLogicalTimes() {
        HandClock clock = new HandClock("2026-05-01T00:00:00Z");
        workflows.clock = clock;
        workflows.with(DagOf.id("old").tasks(TaskOf.id("work"))).node();
        UUID run = workflows.done("old");
        HistoryDuty history = new HistoryDuty(workflows.database, clock, 90);
        workflows.nodes.forEach(node -> node.stop(Duration.ofSeconds(5)));

        clock.advance(Duration.ofDays(90));
        history.run(clock.instant());
        assertThat(workflows.count("dag_run where id = '" + run + "'")).isEqualTo(1);
        clock.advance(Duration.ofDays(1));
        history.run(clock.instant());

        assertThat(workflows.count("dag_run where id = '" + run + "'")).isZero();
        assertThat(workflows.count("dag_task where run = '" + run + "'")).isZero();
        assertThat(workflows.count("dag_logical_time where run = '" + run + "'"))
                .isZero();
    }

    @Test
    void whatLiesInTheDefaultPartitionGoesToo() {
        HandClock clock = new HandClock("2026-05-01T00:00:00Z");
        workflows.database.runInTransaction(
                connection -> Query.of("""
                        insert into caravan.dag_attempt (run, task, map_index, attempt, claim, state, node, started_at, ended_at)
                        values (gen_random_uuid(), 'a', -1, 1, 1, 'FAILED', 'node', '2026-01-01', '2026-01-01')""").on(workflows.database).update());

        new HistoryDuty(workflows.database, clock, 90).run(clock.instant());

        assertThat(workflows.count("dag_attempt")).isZero();
    }
}

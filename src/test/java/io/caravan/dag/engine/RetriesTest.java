package io.caravan.dag.engine;

import static io.caravan.dag.engine.TestWorkflows.fails;
import static io.caravan.dag.engine.TestWorkflows.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.Retries;
import io.caravan.dag.definition.RetryRule;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskFailure;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PostgresExtension.class)
class RetriesTest {
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

    private final TestWorkflows workflows;

    RetriesTest(Database database) {
        workflows = new TestWorkflows(database);
    }

    @AfterEach
    void stop() {
        workflows.close();
    }

    /** Airflow's rows for a delay of 30 s that doubles, the cap of an hour, and half of it random. */
    @ParameterizedTest
    @CsvSource({"1, 15, 30", "2, 30, 60", "3, 60, 120", "4, 120, 240", "7, 960, 1920", "8, 1800, 3600", "60, 1800, 3600"
    })
    void delaysGrowToTheirCapAndScatterBelow(int spent, long least, long most) {
        RetryRule rule =
                new RetryRule(new Retries(100, HALF_A_MINUTE, 2, Duration.ofHours(1), 0.5, List.of(), List.of()));
        Random dice = new Random(spent);

        for (int i = 0; i < 1_000; i++) {
            assertThat(rule.delay(spent, dice)).isBetween(Duration.ofSeconds(least), Duration.ofSeconds(most));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "UncheckedIOException, '', true",
        "java.io.UncheckedIOException, '', true",
        "RuntimeException, '', true",
        "IOException, '', true",
        "IllegalStateException, '', false",
        "'', IOException, false",
        "RuntimeException, IOException, false",
        "'', Error, true",
    })
    void anExceptionIsNamedByItsClassItsSuperclassesAndItsCauses(String retryOn, String failOn, boolean again) {
        TaskResult.Failed failed = TaskFailure.of(new UncheckedIOException(new IOException("no route")));
        Retries retries = new Retries(1, HALF_A_MINUTE, 1, HALF_A_MINUTE, 0, names(retryOn), names(failOn));

        assertThat(new RetryRule(retries).isWorthAnother(1, failed.types())).isEqualTo(again);
    }

    private static List<String> names(String name) {
        return name.isEmpty() ? List.of() : List.of(name);
    }

    @Test
    void aFailedTaskIsTriedAgainAfterItsDelayAndNotBefore() {
        workflows.clock = new HandClock("2026-03-01T00:00:00Z");
        AtomicInteger tries = new AtomicInteger();
        workflows
                .does(
                        "load",
                        claim -> tries.incrementAndGet() < 3 ? fails(new IOException("try " + tries)) : succeeded())
                .with(DagOf.id("rides").tasks(TaskOf.id("load").retries(2, HALF_A_MINUTE)))
                .node();

        UUID run = workflows.trigger("rides");
        workflows.awaitTimes(run, "load", 1, TaskState.UP_FOR_RETRY);
        workflows.advance(HALF_A_MINUTE.minusMillis(1));
        workflows.nodes.get(0).look();
        assertThat(tries).hasValue(1);
        workflows.advance(Duration.ofMillis(1));
        workflows.awaitTimes(run, "load", 2, TaskState.UP_FOR_RETRY);
        workflows.advance(HALF_A_MINUTE);

        assertThat(workflows.end(run)).isEqualTo(RunState.SUCCESS);
        assertThat(tries).hasValue(3);
        assertThat(workflows.count("dag_attempt where error like 'IOException: try %' and node = 'node0'"))
                .isEqualTo(2);
    }

    @Test
    void aShortDelayDoesNotWaitForTheSweep() {
        AtomicInteger tries = new AtomicInteger();
        workflows
                .does("load", claim -> tries.incrementAndGet() < 6 ? fails(new IOException()) : succeeded())
                .with(DagOf.id("quick").tasks(TaskOf.id("load").retries(9, Duration.ofMillis(20))))
                .node(settings -> withSweep(settings, Duration.ofDays(1)));

        assertThat(workflows.end(workflows.trigger("quick"))).isEqualTo(RunState.SUCCESS);
    }

    static EngineSettings withSweep(EngineSettings settings, Duration sweep) {
        return new EngineSettings(
                settings.node(), settings.workers(), settings.lease(), settings.beat(), sweep, settings.keepDays());
    }

    @Test
    void whenTheTriesAreSpentTheRunHasFailedAndSaysWhy() {
        workflows
                .does("load", claim -> fails(new IllegalStateException("no table")))
                .with(DagOf.id("spent")
                        .tasks(
                                TaskOf.id("load").retries(1, Duration.ofMillis(1)),
                                TaskOf.id("tell").after("load")))
                .node();

        UUID run = workflows.trigger("spent");

        assertThat(workflows.end(run)).isEqualTo(RunState.FAILED);
        assertThat(workflows.told(run, "load", "error")).isEqualTo("IllegalStateException: no table");
        assertThat(workflows.told(run, "load", "attempt")).isEqualTo("2");
        assertThat(workflows.tasks(run)).containsEntry("tell", TaskState.UPSTREAM_FAILED);
    }

    @Test
    void whatARouteThrowsIsAFailedTryAndNotALostWorker() {
        workflows
                .does("load", (claim, task, outputs) -> {
                    throw new StackOverflowError("a route that calls itself");
                })
                .with(DagOf.id("error").tasks(TaskOf.id("load")))
                .node();

        UUID run = workflows.trigger("error");

        assertThat(workflows.end(run)).isEqualTo(RunState.FAILED);
        assertThat(workflows.told(run, "load", "error")).contains("StackOverflowError");
    }
}

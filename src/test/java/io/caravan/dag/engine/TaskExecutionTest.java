package io.caravan.dag.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.engine.TaskRepository.Output;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.TaskKey;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class TaskExecutionTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final TestWorkflows workflows;
    private final List<String> read = new ArrayList<>();

    TaskExecutionTest(Database database) {
        workflows = new TestWorkflows(database);
        workflows.definitions.put(
                "sums",
                DagOf.id("sums")
                        .tasks(
                                TaskOf.id("list"),
                                TaskOf.id("load"),
                                TaskOf.id("sum").after("list", "load")));
    }

    private final TaskExecution.Outputs outputs = new TaskExecution.Outputs() {
        @Override
        public List<Output> of(UUID run) {
            read.add("all");
            return List.of(new Output("list", -1, "[7]"), new Output("load", 0, "1"), new Output("load", 1, "2"));
        }

        @Override
        public List<Output> of(UUID run, String task) {
            read.add(task);
            List<Output> of = TaskExecution.Outputs.super.of(run, task);
            read.remove("all");
            return of;
        }
    };

    private void run(TaskRunner sum) {
        DagRun run = new DagRun(new UUID(0, 1), "sums", 1, RunKind.MANUAL, NOON, NOON, NOON, NOON, "{}", 0, NOON);
        Claim claim = new Claim(new TaskKey(run.id(), "sum", -1), run, 1, 1, 1, NOON, NOON, NOON, null);
        workflows.does("sum", sum);
        new TaskExecution(workflows.database, workflows, workflows, outputs).run(claim);
    }

    private static Map<?, ?> seenByRoutes(Claim claim, Map<String, JsonNode> outputs) {
        return (Map<?, ?>) Objects.requireNonNull(
                RunVariables.of(claim, ZoneOffset.UTC, outputs).get("outputs"));
    }

    @Test
    void aTaskMayReadInATransactionThatMayNotWrite() {
        AtomicBoolean read = new AtomicBoolean();
        run((claim, task, given) -> {
            workflows.database.runInTransaction(connection -> {
                try (PreparedStatement readOnly = connection.prepareStatement("set local transaction read only")) {
                    readOnly.execute();
                }
            });
            read.set(true);
            return TestWorkflows.succeeded();
        });
        assertThat(read).isTrue();
    }

    @Test
    void outputsThatNobodyAsksForAreNotRead() {
        run((claim, task, given) -> {
            seenByRoutes(claim, given);
            return TestWorkflows.succeeded();
        });

        assertThat(read).isEmpty();
    }

    @Test
    void onlyTheOutputThatIsAskedForIsReadAndOnlyOnce() {
        List<Object> seen = new ArrayList<>();
        run((claim, task, given) -> {
            Map<?, ?> outputs = seenByRoutes(claim, given);
            seen.add(outputs.get("load"));
            seen.add(outputs.get("load"));
            seen.add(outputs.containsKey("nothing"));
            return TestWorkflows.succeeded();
        });

        assertThat(seen).containsExactly(List.of(1, 2), List.of(1, 2), false);
        assertThat(read).containsExactly("load", "nothing");
    }

    @Test
    void allAreSeenByWhoWantsThemAll() {
        List<Object> seen = new ArrayList<>();
        run((claim, task, given) -> {
            seen.add(Map.copyOf(seenByRoutes(claim, given)));
            return TestWorkflows.succeeded();
        });

        assertThat(seen).containsExactly(Map.of("list", List.of(7), "load", List.of(1, 2)));
    }
}

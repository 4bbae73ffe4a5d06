package io.caravan.dag;

import static io.caravan.dag.engine.TestWorkflows.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.calendar.OnHoliday;
import io.caravan.dag.VersionRepository.Recorded;
import io.caravan.dag.definition.CatchUp;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Param;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.engine.TestWorkflows;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.run.TaskState;
import io.caravan.dag.steering.RunListRepository;
import io.caravan.database.Database;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A workflow as a service has recorded it, and a node that runs it: for tests of commands, which know workflows from the database alone. */
public final class RecordedWorkflows implements AutoCloseable {
    public static final String DAG = "rides";

    private final Database database;
    private final TestWorkflows workflows;
    private final AtomicBoolean broken = new AtomicBoolean();

    public RecordedWorkflows(Database database) {
        this.database = database;
        this.workflows = new TestWorkflows(database);
        workflows.does(
                "promote",
                claim -> broken.get()
                        ? new TaskResult.Failed(List.of("IllegalStateException"), "no such tariff")
                        : TestWorkflows.succeeded());
    }

    /** Of {@code rides}: stage, promote, then release, which waits for an approval, and tell. */
    public RecordedWorkflows recorded() {
        DagDefinition dag = new DagDefinition(
                DAG,
                "Load yesterday's rides",
                "fleet",
                List.of("nightly"),
                Optional.of(new Timing(
                        List.of("0 2 * * *"),
                        ZoneId.of("Europe/Amsterdam"),
                        Optional.empty(),
                        Optional.empty(),
                        CatchUp.NONE,
                        Optional.empty(),
                        OnHoliday.SKIP)),
                Optional.empty(),
                2,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                List.of(city()),
                List.of(task("stage"), task("promote", "stage"), approval(), task("tell", "release")));
        Instant now = Instant.now();
        new VersionRepository(database)
                .record(List.of(Recorded.of(dag, "- beans:\n    - name: rides\n")), "node7", now);
        workflows.definitions.put(DAG, dag);
        workflows.pool("staging", 1);
        return this;
    }

    /** What a service records that has loaded this workflow. */
    public static void loaded(Database database, DagDefinition dag, Instant at) {
        new VersionRepository(database).record(List.of(Recorded.of(dag, "- beans: []")), "node", at);
    }

    /** What a service records whose files no longer have this workflow. */
    public static void removed(Database database, String dag) {
        new VersionRepository(database).deactivate("node", List.of(dag));
    }

    private static Param city() {
        JsonNode amsterdam = com.fasterxml.jackson.databind.node.TextNode.valueOf("Amsterdam");
        return new Param(
                "city",
                "string",
                "",
                false,
                amsterdam,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static TaskDefinition approval() {
        TaskDefinition task = task("release", "promote");
        return new TaskDefinition(
                task.id(),
                task.route(),
                TaskKind.APPROVAL,
                task.after(),
                task.when(),
                task.setups(),
                task.group(),
                task.mappedBy(),
                task.forEach(),
                task.pool(),
                task.slots(),
                task.priority(),
                task.retries(),
                task.timeout(),
                task.sensing(),
                task.awaitedRun());
    }

    /** Whether task {@code promote} fails. */
    public RecordedWorkflows broken(boolean so) {
        broken.set(so);
        return this;
    }

    public void node() {
        workflows.node();
    }

    /** Where a task of the newest run stands. */
    public @Nullable TaskState state(String task) {
        return new RunListRepository(database)
                .latest(DAG)
                .map(run -> workflows.tasks(run.id()).get(task))
                .orElse(null);
    }

    /** Where the newest run stands. */
    public Optional<RunState> state() {
        return new RunListRepository(database).latest(DAG).map(RunListRepository.Row::state);
    }

    @Override
    public void close() {
        workflows.close();
        workflows.forgetRuns();
    }
}

package io.caravan.dag.engine;

import static io.caravan.dag.engine.TestWorkflows.fails;
import static io.caravan.dag.engine.TestWorkflows.gives;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.definition.TriggerRule;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What follows from what, through the whole engine. */
@ExtendWith(PostgresExtension.class)
class FlowTest {
    private final TestWorkflows workflows;

    FlowTest(Database database) {
        workflows = new TestWorkflows(database);
    }

    @AfterEach
    void stop() {
        workflows.close();
    }

    private void failing(String... tasks) {
        for (String task : tasks) {
            workflows.does(task, claim -> fails(new IllegalStateException(task)));
        }
    }

    private UUID run(TaskOf... tasks) {
        workflows.with(DagOf.id("flow").tasks(tasks)).node();
        return workflows.done("flow");
    }

    @Test
    void aFailureSkipsNothingButStopsWhatNeedsIt() {
        failing("b");
        UUID run = run(
                TaskOf.id("a"),
                TaskOf.id("b").after("a"),
                TaskOf.id("c").after("a"),
                TaskOf.id("d").after("b", "c"),
                TaskOf.id("e").after("d"),
                TaskOf.id("tidy").after("e").when(TriggerRule.all_done));

        assertThat(workflows.tasks(run))
                .isEqualTo(Map.of(
                        "a", TaskState.SUCCESS,
                        "b", TaskState.FAILED,
                        "c", TaskState.SUCCESS,
                        "d", TaskState.UPSTREAM_FAILED,
                        "e", TaskState.UPSTREAM_FAILED,
                        "tidy", TaskState.SUCCESS));
        assertThat(workflows.state(run)).as("its only leaf succeeded").contains(RunState.SUCCESS);
    }

    @Test
    void aFailedLeafFailsTheRunThoughAnotherSucceeds() {
        failing("b");
        UUID run = run(TaskOf.id("a"), TaskOf.id("b").after("a"), TaskOf.id("c").after("a"));

        assertThat(workflows.state(run)).contains(RunState.FAILED);
    }

    @Test
    void aTaskThatRunsWhenOneHasFailedDoesntWaitForTheOther() {
        failing("b");
        workflows.does("slow", claim -> {
            workflows.awaitTask(claim.key().run(), "alarm", TaskState.SUCCESS);
            return TestWorkflows.succeeded();
        });
        UUID run = run(
                TaskOf.id("b"),
                TaskOf.id("slow"),
                TaskOf.id("alarm").after("b", "slow").when(TriggerRule.one_failed));

        assertThat(workflows.tasks(run)).containsEntry("slow", TaskState.SUCCESS);
    }

    @Test
    void aRouteMaySkipItselfAndWhatNeedsItIsSkippedToo() {
        workflows.does("a", claim -> new TaskResult.Skipped("nothing new"));
        UUID run = run(
                TaskOf.id("a"),
                TaskOf.id("b").after("a"),
                TaskOf.id("c").after("b").when(TriggerRule.none_failed));

        assertThat(workflows.tasks(run))
                .isEqualTo(Map.of("a", TaskState.SKIPPED, "b", TaskState.SKIPPED, "c", TaskState.SUCCESS));
        assertThat(workflows.told(run, "a", "note")).isEqualTo("nothing new");
    }

    @Test
    void aBranchLeavesOutWhatItDidntChooseButNotWhereThePathsMeet() {
        workflows.does("which", claim -> gives("[\"full\"]"));
        UUID run = run(
                TaskOf.id("which").kind(TaskKind.BRANCH),
                TaskOf.id("full").after("which"),
                TaskOf.id("delta").after("which"),
                TaskOf.id("fetch").after("delta"),
                TaskOf.id("publish").after("full", "fetch").when(TriggerRule.none_failed_min_one_success));

        assertThat(workflows.tasks(run))
                .containsEntry("full", TaskState.SUCCESS)
                .containsEntry("delta", TaskState.SKIPPED)
                .containsEntry("fetch", TaskState.SKIPPED)
                .containsEntry("publish", TaskState.SUCCESS);
        assertThat(workflows.told(run, "delta", "note")).isEqualTo("left out by which");
    }

    @Test
    void aBranchThatChoosesWhatIsNotAfterItHasFailed() {
        workflows.does("which", claim -> gives("\"nowhere\""));
        UUID run =
                run(TaskOf.id("which").kind(TaskKind.BRANCH), TaskOf.id("full").after("which"));

        assertThat(workflows.state(run)).contains(RunState.FAILED);
        assertThat(workflows.told(run, "which", "error")).contains("It may choose: full");
    }

    @Test
    void aShortCircuitThatSaysNoSkipsEverythingAfterItWhateverItsRule() {
        workflows.does("any", claim -> gives("[]"));
        UUID run = run(
                TaskOf.id("any").kind(TaskKind.SHORT_CIRCUIT),
                TaskOf.id("load").after("any"),
                TaskOf.id("tell").after("load").when(TriggerRule.all_done));

        assertThat(workflows.tasks(run))
                .isEqualTo(Map.of("any", TaskState.SUCCESS, "load", TaskState.SKIPPED, "tell", TaskState.SKIPPED));
        assertThat(workflows.state(run)).contains(RunState.SUCCESS);
    }

    @Test
    void aTeardownRunsAfterAFailureAndNeitherHidesNorMakesOne() {
        failing("work", "drop");
        UUID run = run(
                TaskOf.id("create").kind(TaskKind.SETUP),
                TaskOf.id("work").after("create"),
                TaskOf.id("drop").after("create", "work").tearsDown("create"));

        assertThat(workflows.tasks(run)).containsEntry("drop", TaskState.FAILED);
        assertThat(workflows.state(run)).as("the work failed").contains(RunState.FAILED);
    }

    @Test
    void aTeardownHasNothingToTakeAwayWhenItsSetupFailed() {
        failing("create");
        UUID run = run(
                TaskOf.id("create").kind(TaskKind.SETUP),
                TaskOf.id("work").after("create"),
                TaskOf.id("drop").after("create", "work").tearsDown("create"));

        assertThat(workflows.tasks(run)).containsEntry("drop", TaskState.UPSTREAM_FAILED);
    }

    @Test
    void aFailedTeardownAloneLeavesTheRunASuccess() {
        failing("drop");
        UUID run = run(
                TaskOf.id("create").kind(TaskKind.SETUP),
                TaskOf.id("work").after("create"),
                TaskOf.id("drop").after("create", "work").tearsDown("create"));

        assertThat(workflows.state(run)).contains(RunState.SUCCESS);
    }

    @Test
    void aWorkflowWithoutTasksIsDoneAtOnce() {
        workflows.with(DagOf.id("empty").tasks()).node();

        assertThat(workflows.state(workflows.done("empty"))).contains(RunState.SUCCESS);
    }

    @Test
    void aTaskWhoseRouteIsGoneForGoodIsRemovedAndSaysSo() {
        workflows.does("a", claim -> new TaskResult.Gone("no longer there"));
        UUID run = run(TaskOf.id("a"), TaskOf.id("b").after("a"));

        assertThat(workflows.tasks(run)).isEqualTo(Map.of("a", TaskState.REMOVED, "b", TaskState.SUCCESS));
    }

    @Test
    void aRunWhoseWorkflowNoFileDefinesAnyMoreEndsAndSaysSo() {
        workflows.absent.add("a");
        workflows.with(DagOf.id("deleted").tasks(TaskOf.id("a"))).node();
        UUID run = workflows.trigger("deleted");
        workflows.awaitTask(run, "a", TaskState.UP_FOR_RESCHEDULE);

        workflows.ask(
                "update caravan.dag_workflow set active = false, gone_at = now() - interval '1 hour' where dag = 'deleted' returning 1",
                row -> row.getInt(1));

        assertThat(workflows.end(run)).isEqualTo(RunState.FAILED);
        assertThat(workflows.told(run, "a", "error")).contains("no file defines workflow 'deleted' any more");
    }
}

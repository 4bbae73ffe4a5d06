package io.caravan.dag.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Params;
import io.caravan.dag.engine.RunRepository.NewRun;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskResult;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The run that a task starts in another workflow. Pure. */
public final class SubworkflowRun {
    /** So many runs may have led to one; a workflow that starts itself, however indirectly, ends here. */
    public static final int DEEPEST = 10;

    /** What retryOn and failOn know a failed run by. */
    private static final String FAILURE = "RunFailedException";

    private SubworkflowRun() {}

    /** What its end is to the task that started it: one that failed may be followed by another, one that was cancelled isn't. */
    public static TaskResult ended(UUID run, RunState state) {
        String what = "run " + run + " ended as " + state;
        return switch (state) {
            case SUCCESS ->
                new TaskResult.Answered(JsonNodeFactory.instance.objectNode().put("run", run.toString()));
            case FAILED -> new TaskResult.Failed(List.of(FAILURE), what);
            case QUEUED, RUNNING, CANCELLED -> new TaskResult.Refused(what);
        };
    }

    /**
     * The run of a workflow that a task of another run starts.
     *
     * @param output of the task: the params of the run, an object; null: none
     * @throws IllegalArgumentException when it can't be started
     */
    public static NewRun of(
            String workflow,
            Definitions definitions,
            DagRun parent,
            TaskKey task,
            @Nullable JsonNode output,
            UUID id,
            Instant now) {
        Definitions.Current child = definitions
                .current(workflow)
                .orElseThrow(() -> new IllegalArgumentException("There is no workflow '" + workflow + "' to start"));
        if (parent.depth() + 1 > DEEPEST) {
            throw new IllegalArgumentException("Workflow '" + workflow + "' was not started: it would be the " + DEEPEST
                    + "th run that one run has led to. Does it start itself?");
        }
        String params = Params.check(child.definition(), output != null && output.isObject() ? output : null)
                .toString();
        DagRun run = new DagRun(
                id,
                workflow,
                child.version(),
                RunKind.MANUAL,
                now,
                parent.intervalStart(),
                parent.intervalEnd(),
                now,
                params,
                parent.depth() + 1,
                now);
        return new NewRun(run, "dag:" + parent.dag() + "/" + task, null, task, null);
    }
}

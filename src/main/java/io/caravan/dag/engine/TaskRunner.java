package io.caravan.dag.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.TaskResult;
import java.util.Map;

/** Does a task's work on the calling thread: its route. */
public interface TaskRunner {
    /**
     * Works, and returns when it is done.
     *
     * @param outputs of the tasks before it, by their ids, read when they are asked for; of a mapped task an array
     * @return what became of it; failures of the work are results, too
     */
    TaskResult run(Claim claim, TaskDefinition task, Map<String, JsonNode> outputs);
}

package io.caravan.dag.engine;

import java.util.Optional;

/** Finds who does a task's work on this node. */
public interface TaskRunners {
    /** Empty: its route isn't here, or not at the moment. */
    Optional<TaskRunner> find(String dag, String task);
}

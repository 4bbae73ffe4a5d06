package io.caravan.dag.event;

import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskState;
import java.time.Duration;
import java.util.List;

/** Hears what became of runs and tasks. Called after the commit; a listener that throws harms nobody. Found by type in the Camel registry, any number of them. */
public interface DagEvents {
    /**
     * A run may begin.
     *
     * @param lag from the scheduled time to the start
     */
    default void runStarted(DagRun run, Duration lag) {}

    /**
     * A run has ended.
     *
     * @param took from its start
     */
    default void runEnded(DagRun run, RunState state, Duration took) {}

    /**
     * A try begins.
     *
     * @param waited from the moment at which it could have begun
     */
    default void taskStarted(Claim claim, Duration waited) {}

    /**
     * A try has ended.
     *
     * @param state where the task went: a final state, or the one in which it waits for the next try
     */
    default void taskEnded(Claim claim, TaskState state, Duration took) {}

    /** Results that came too late: their tasks had been given to others. */
    default void resultsRefused(int count) {}

    /**
     * A worker was found dead.
     *
     * @param tasks how many tasks it left behind
     */
    default void workerLost(String node, int tasks) {}

    /** How many deadlines or expectations of a workflow were missed within the last day and not made good since. */
    record OpenMisses(String dag, String kind, int count) {}

    /** All that are open now; told every few seconds by each node. */
    default void openMisses(List<OpenMisses> open) {}

    /** A deadline or an expectation was missed. */
    default void missed(String dag, String kind) {}
}

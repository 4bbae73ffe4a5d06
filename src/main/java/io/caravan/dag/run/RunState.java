package io.caravan.dag.run;

/** Where a run of a workflow stands. The table's CHECK names the same words. */
public enum RunState {
    /** Waits for one of the workflow's {@code maxActiveRuns}. */
    QUEUED,
    RUNNING,
    SUCCESS,
    FAILED,
    /** Ended by hand. */
    CANCELLED;

    public boolean isFinal() {
        return this != QUEUED && this != RUNNING;
    }
}

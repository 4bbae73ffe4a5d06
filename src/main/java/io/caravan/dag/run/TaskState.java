package io.caravan.dag.run;

/** Where a task of a run stands. The table's CHECK names the same words. */
public enum TaskState {
    /** Something upstream isn't done. */
    WAITING,
    /** May be claimed by any worker. */
    READY,
    /** A worker has it, and its pool slots. */
    RUNNING,
    /** Failed, and tried again at {@code ready_at}. */
    UP_FOR_RETRY,
    /** A sensor that said "not yet", asked again at {@code ready_at}; holds neither thread nor slot. */
    UP_FOR_RESCHEDULE,
    /** Its route has ended; waits for an approval, a run that it started, or another workflow's run. Holds neither thread nor slot. */
    AWAITING,
    SUCCESS,
    FAILED,
    /** Not run, since what it needs failed. */
    UPSTREAM_FAILED,
    /** Not run, since a branch went elsewhere or what it needs was skipped. */
    SKIPPED,
    /** The workflow no longer has it. */
    REMOVED;

    /** Whether nothing more happens to it by itself. */
    public boolean isFinal() {
        return switch (this) {
            case WAITING, READY, RUNNING, UP_FOR_RETRY, UP_FOR_RESCHEDULE, AWAITING -> false;
            case SUCCESS, FAILED, UPSTREAM_FAILED, SKIPPED, REMOVED -> true;
        };
    }

    /** Whether a run in which a leaf ends so has failed. */
    public boolean isFailure() {
        return this == FAILED || this == UPSTREAM_FAILED;
    }
}

package io.caravan.dag.definition;

/** What a task's output means to its run. */
public enum TaskKind {
    /** Work; its output is at hand for later tasks. */
    TASK,
    /** Its output says whether what it waits for is there; if not, it is asked again later. */
    SENSOR,
    /** Its output names the tasks directly after it that are to run; the others are skipped. */
    BRANCH,
    /** When its output is false, empty or absent, what comes after it is skipped. */
    SHORT_CIRCUIT,
    /** Prepares something for the tasks after it, which a teardown takes away. */
    SETUP,
    /** Takes away what its setups made, whatever became of the work between; its own failure doesn't fail the run. */
    TEARDOWN,
    /** Its route tells somebody; then it waits for their yes or no. */
    APPROVAL,
    /** Its route may set params; then it starts a run of another workflow and waits for its end. */
    SUBWORKFLOW,
    /** Waits for a run of another workflow, then runs its route. */
    RUN_SENSOR,
    /** Not written by anybody: names the items of a mapped task group, before the group's tasks are made, one set for each item. */
    EXPAND
}

package io.caravan.dag.definition;

/** What a workflow does about ticks that passed while it was not there or paused. */
public enum CatchUp {
    /** Runs every one, oldest first. */
    ALL,
    /** Runs only the newest. */
    LAST,
    /** Runs none; the next tick is the first one to come. */
    NONE
}

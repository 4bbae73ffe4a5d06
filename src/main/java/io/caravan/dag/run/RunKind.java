package io.caravan.dag.run;

/** Why a run exists. The table's CHECK names the same words. */
public enum RunKind {
    /** A tick of the workflow's schedule. */
    SCHEDULED,
    /** Part of a backfill; shares the workers with the others, weighted. */
    BACKFILL,
    /** By hand, by {@code to: dag:<workflow>}, or as a task of another workflow. */
    MANUAL,
    /** Datasets were updated. */
    DATASET
}

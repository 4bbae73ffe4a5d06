package io.caravan.load;

/** Which part of a load in two steps an endpoint does. */
public enum LoadPhase {
    /** Both steps at once. The default. */
    all,
    /** Keeps the records under the run's id; the table itself stays as it is. */
    stage,
    /** Checks and promotes what was staged under the run's id, in one transaction. */
    promote
}

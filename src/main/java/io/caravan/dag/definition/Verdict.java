package io.caravan.dag.definition;

/** What a trigger rule says about a task whose upstream stands so and so. */
public enum Verdict {
    WAIT,
    RUN,
    SKIP,
    UPSTREAM_FAILED,
    /** This mapped instance's twin upstream is gone, so it goes, too. */
    REMOVE
}

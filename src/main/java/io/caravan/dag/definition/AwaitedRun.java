package io.caravan.dag.definition;

import java.time.Duration;

/**
 * The run of another workflow that a task is about: for {@link TaskKind#SUBWORKFLOW} the one that it starts, for {@link TaskKind#RUN_SENSOR} the one that it waits for.
 *
 * @param workflow whose run
 * @param offset added to this run's logical time gives the other's (RUN_SENSOR)
 * @param failWhenFailed whether the task fails as soon as the other run has; else it waits on for its success (RUN_SENSOR)
 */
public record AwaitedRun(String workflow, Duration offset, boolean failWhenFailed) {}

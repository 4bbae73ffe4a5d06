package io.caravan.dag.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A worker's right to a task instance, until it says what became of it. Only the newest number of an instance counts: a result that comes with an older one is refused.
 *
 * @param number grows with every claim of this instance
 * @param attempt counts tries from 1
 * @param spent how many tries count against the retries: those that a clear forgave and those whose worker died don't
 * @param firstStartedAt of its first try or, for a sensor, its first question
 * @param readyAt when it could have begun
 * @param item of the list that it is mapped over, as JSON
 */
public record Claim(
        TaskKey key,
        DagRun run,
        long number,
        int attempt,
        int spent,
        Instant startedAt,
        Instant firstStartedAt,
        Instant readyAt,
        @Nullable String item) {
    /** The same for every try of this instance, so that what a task does elsewhere can be done once: workflow, task, logical time, map index. */
    public String idempotencyKey() {
        return run.dag() + "/" + key.task() + "/" + run.logicalTime() + "/" + key.mapIndex();
    }
}

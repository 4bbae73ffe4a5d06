package io.caravan.dag.run;

import java.time.Instant;
import java.util.UUID;

/**
 * One run of a workflow: what it is about, which doesn't change while it lasts.
 *
 * @param version of the definition that it goes by
 * @param logicalTime the begin of its data interval, and with the workflow its identity
 * @param intervalStart of the data that it is to work on, included
 * @param intervalEnd of that data, not included
 * @param dueAt the scheduled time, from which a deadline counts
 * @param params a JSON object
 * @param depth how many runs led to this one by starting it
 * @param startedAt when its first task could run; for one that is queued when it was made
 */
public record DagRun(
        UUID id,
        String dag,
        int version,
        RunKind kind,
        Instant logicalTime,
        Instant intervalStart,
        Instant intervalEnd,
        Instant dueAt,
        String params,
        int depth,
        Instant startedAt) {
    /** The same at another logical time. */
    public DagRun at(Instant logicalTime) {
        return new DagRun(
                id, dag, version, kind, logicalTime, intervalStart, intervalEnd, dueAt, params, depth, startedAt);
    }
}

package io.caravan.dag.engine;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Runs of a workflow for a range of logical times that are made one after the other.
 *
 * @param from first logical time, included
 * @param to last logical time, included
 * @param maxActiveRuns how many of its runs are in progress at once, whatever the workflow's own limit
 * @param paused makes no new runs for the time being
 * @param planned how many logical times wait for their turn
 * @param active how many runs are in progress
 * @param ended how many of its runs have ended
 * @param failed how many of those did not succeed
 * @param skipped how many logical times it leaves out
 */
public record Backfill(
        UUID id,
        String dag,
        Instant from,
        Instant to,
        boolean newestFirst,
        Reprocess reprocess,
        int maxActiveRuns,
        String params,
        boolean paused,
        State state,
        Instant createdAt,
        String createdBy,
        Optional<Instant> endedAt,
        int planned,
        int active,
        int ended,
        int failed,
        int skipped) {

    /** Where a backfill stands. The table's CHECK names the same words. */
    public enum State {
        RUNNING,
        /** All its runs have ended. */
        DONE,
        /** Ended by hand; what had begun may go on. */
        CANCELLED
    }
}

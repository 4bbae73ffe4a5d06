package io.caravan.dag.engine;

import io.caravan.dag.run.RunState;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a backfill does, or did, about one logical time.
 *
 * @param position in the order in which it runs them
 * @param reason why
 * @param runState where its run stands; empty: it has none, or that is no longer kept
 */
public record BackfillDate(
        int position,
        Instant logicalTime,
        Instant intervalStart,
        Instant intervalEnd,
        @Nullable UUID run,
        State state,
        String reason,
        Optional<RunState> runState) {

    /** Whether its turn has come. The table's CHECK names the same words. */
    public enum State {
        PLANNED,
        STARTED,
        SKIPPED
    }
}

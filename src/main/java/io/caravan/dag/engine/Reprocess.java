package io.caravan.dag.engine;

import io.caravan.dag.run.RunState;

/** Which runs that already exist a backfill runs again. */
public enum Reprocess {
    NONE,
    /** Those that did not succeed: failed or cancelled. */
    FAILED,
    /** All that have ended. */
    COMPLETED;

    boolean includes(RunState state) {
        return switch (this) {
            case NONE -> false;
            case FAILED -> state.isFinal() && state != RunState.SUCCESS;
            case COMPLETED -> state.isFinal();
        };
    }
}

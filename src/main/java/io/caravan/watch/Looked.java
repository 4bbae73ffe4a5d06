package io.caravan.watch;

import io.caravan.watch.StateRepository.Row;
import java.util.Optional;

/**
 * A series with what a look has found.
 *
 * @param open its open episode, as far as it is about its state
 */
record Looked(Row row, Judgement judgement, Optional<Episode> open) {
    long id() {
        return row.series().id();
    }

    SeriesState was() {
        return row.standing().state();
    }

    boolean isMerged() {
        return row.series().kind().isMerged();
    }

    /** A problem that no open episode is about yet. */
    boolean isNews() {
        return judgement.state().isTold() && open.isEmpty();
    }
}

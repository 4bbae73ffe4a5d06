package io.caravan.watch.judge;

import io.caravan.watch.episode.Episode;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.StateRepository.Row;
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

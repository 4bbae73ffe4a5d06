package io.caravan.watch.episode;

import io.caravan.watch.cause.Severity;
import io.caravan.watch.series.SeriesKind;
import java.time.Duration;

/** Hears what is told of episodes. Called after the commit, on the thread that told it. */
public interface EpisodeEvents {
    /**
     * What was told of an episode.
     *
     * @param cause its word
     * @param lasted since the trouble began
     */
    record Told(
            EventKind kind, SeriesKind series, EpisodeKind trouble, Severity severity, String cause, Duration lasted) {}

    /** An event of an episode is on its way to the routes that want it. */
    default void told(Told event) {}
}

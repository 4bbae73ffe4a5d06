package io.caravan.watch;

import io.caravan.watch.episode.EpisodeEvents;
import io.caravan.watch.series.SeriesState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Hears what {@code watch:} did. Called after the commit, on the thread that did it; a listener that throws harms nobody. Found by type in the Camel registry, any number of them.
 */
public interface WatchEvents extends EpisodeEvents {
    /** A batch is counted. */
    default void arrived(ArrivalReport report) {}

    /**
     * The watchdog of this node has looked.
     *
     * @param series how many it has judged
     * @param late how long after it was due the first of them was
     */
    default void looked(int series, Duration took, Duration late) {}

    /** How all series stand; told by each node, about every minute. */
    default void standing(Map<SeriesState, Integer> states) {}

    /** How many series are due and not judged yet; told by each node after it has looked. */
    default void backlog(int series) {}

    /** Nobody has looked for a time. */
    default void away(Instant from, Instant until) {}
}

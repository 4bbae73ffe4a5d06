package io.caravan.watch;

/**
 * Hears what {@code watch:} did. Called after the commit, on the thread that did it; a listener that throws harms nobody. Found by type in the Camel registry, any number of them.
 */
public interface WatchEvents {
    /** A batch is counted. */
    default void arrived(ArrivalReport report) {}
}

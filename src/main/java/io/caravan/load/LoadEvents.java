package io.caravan.load;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Hears what {@code load:} did. Called after the commit, on the thread that loaded; a listener that throws harms nobody. Found by
 * type in the Camel registry, any number of them.
 */
public interface LoadEvents {
    /** A batch is in. */
    default void loaded(LoadReport report) {}

    /** These records of a batch were rejected and are kept in {@code caravan.rejected}. */
    default void rejected(List<RejectedRecord> records) {}

    /** Fields that no column takes, seen for the first time since the start. */
    default void fieldsIgnored(String table, Set<String> fields) {}

    /** A chunk of a file is in, or is staged. */
    default void progressed(LoadProgress progress) {}

    /** A load had to wait for another one of the same table. */
    default void lockWaited(String table, Duration waited) {}
}

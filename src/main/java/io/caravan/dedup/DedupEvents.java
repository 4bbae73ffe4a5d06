package io.caravan.dedup;

import java.time.Instant;
import java.util.UUID;

/**
 * What happens in {@code dedup:}, for metrics and pages. Called after the commit of what they tell, on the thread that did it; a listener that is slow slows
 * the batch's thread. Implementations are found in Camel's registry by this type.
 */
public interface DedupEvents {
    /** A batch went through a repository. */
    default void filtered(FilteredBatch batch) {}

    /** This node began to use another bucket, because a window was over or the repository was cleared. */
    default void bucketOpened(OpenedBucket bucket) {}

    /**
     * A batch that went through.
     *
     * @param passed how many records went on, defective and keyless ones included
     * @param dropped how many did not
     * @param keyless how many of those passed have none of the key's members and so were not compared
     */
    record FilteredBatch(String repository, UUID batch, int passed, int dropped, int keyless) {}

    /**
     * A bucket that was opened.
     *
     * @param bucket its number, also the end of its table's name
     */
    record OpenedBucket(String repository, int bucket, Instant at) {}
}

package io.caravan.dedup;

import java.util.Collection;
import java.util.List;

/** Tells every listener. */
record AllDedupEvents(List<DedupEvents> listeners) implements DedupEvents {
    AllDedupEvents(Collection<DedupEvents> listeners) {
        this(List.copyOf(listeners));
    }

    @Override
    public void filtered(FilteredBatch batch) {
        listeners.forEach(listener -> listener.filtered(batch));
    }

    @Override
    public void bucketOpened(OpenedBucket bucket) {
        listeners.forEach(listener -> listener.bucketOpened(bucket));
    }
}

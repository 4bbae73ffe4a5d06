package io.caravan.database.outbox;

import io.caravan.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Where a feature says what happened, in the transaction in which it happened: nothing is told that was undone, nothing is forgotten that was done. Each route that had subscribed gets a
 * notice of its own; {@link OutboxDelivery} brings it there. Safe for any thread.
 */
public final class Outbox {
    private final OutboxRepository repository;

    /**
     * @param topic the feature's word, such as {@code dag}
     */
    public Outbox(Database database, String topic) {
        this.repository = new OutboxRepository(database, topic);
    }

    /** Whether any route wants to hear of what has these labels. */
    public boolean isWanted(Map<String, String> labels) {
        return repository.isWanted(labels);
    }

    /** Tells these to all who want them, once this thread's transaction has committed. */
    public void tell(List<Notice> notices, Instant now) {
        if (!notices.isEmpty()) {
            repository.tell(notices, now);
        }
    }
}

package io.caravan.database.outbox;

import java.time.Instant;
import java.util.Map;

/**
 * A notice on its way to a route.
 *
 * @param id the same at each try
 * @param at when it was told
 * @param tries how often the route has failed to process it
 */
public record Told(long id, Instant at, Map<String, String> labels, String detail, int tries) {
    public Told {
        labels = Map.copyOf(labels);
    }

    /** The value of a label; empty text where it has none. */
    public String label(String name) {
        return labels.getOrDefault(name, "");
    }
}

package io.caravan.database.outbox;

import java.util.Map;

/**
 * Something that routes may want to hear.
 *
 * @param key notices of one key reach a route in the order in which they were told
 * @param labels by which subscriptions choose, such as {@code kind=failed}
 * @param detail a JSON object: all that there is to say
 */
public record Notice(String key, Map<String, String> labels, String detail) {
    public Notice {
        labels = Map.copyOf(labels);
    }
}

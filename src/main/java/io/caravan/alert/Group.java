package io.caravan.alert;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What one receiver hears of in one message.
 *
 * @param path the place of the routing tree that sends it there
 * @param labels what its incidents share
 * @param toldAt the last message; empty: none yet
 */
record Group(long id, String receiver, String path, Map<String, String> labels, Optional<Instant> toldAt) {
    Group {
        labels = Map.copyOf(labels);
    }
}

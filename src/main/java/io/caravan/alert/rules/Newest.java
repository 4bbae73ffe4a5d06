package io.caravan.alert.rules;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Up to when assets have been judged on this node: by this, a record that comes late is told from a new one. The least recently seen are forgotten. Thread-safe. */
final class Newest {
    private static final int MOST = 200_000;

    private final Map<Key, Instant> times = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Instant> eldest) {
            return size() > MOST;
        }
    };

    private record Key(String dataset, String asset) {}

    synchronized @Nullable Instant of(String dataset, String asset) {
        return times.get(new Key(dataset, asset));
    }

    synchronized void note(String dataset, Map<String, Instant> newest) {
        newest.forEach((asset, at) ->
                times.merge(new Key(dataset, asset), at, (known, later) -> later.isAfter(known) ? later : known));
    }
}

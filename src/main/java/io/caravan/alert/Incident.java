package io.caravan.alert;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A problem that people are told of.
 *
 * @param number by which people know it
 * @param signals how many signals it stands for
 * @param reopened how often it came back soon after it was resolved
 * @param hiddenBy while that one is open, this one is not told
 * @param flapping how often it has opened lately
 */
public record Incident(
        UUID id,
        long number,
        String key,
        IncidentState state,
        Severity severity,
        Map<String, String> labels,
        String summary,
        String detail,
        Instant openedAt,
        Instant lastAt,
        Optional<String> acknowledgedBy,
        Optional<Instant> resolvedAt,
        long signals,
        int reopened,
        Optional<UUID> hiddenBy,
        Flapping flapping) {
    public Incident {
        labels = Map.copyOf(labels);
    }

    /** What silences and their like can match besides the labels: which problem it is. */
    static final String KEY = "key";

    /** The labels, and the key. */
    Map<String, String> matched() {
        Map<String, String> matched = new TreeMap<>(labels);
        matched.put(KEY, key);
        return matched;
    }

    public boolean isOpen() {
        return state != IncidentState.RESOLVED;
    }
}

package io.caravan.alert;

import io.caravan.alert.answer.Act;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * @param acts what the route that raised it offers people to do about it, besides what can always be done
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
        Flapping flapping,
        Set<Act> acts) {
    public Incident {
        labels = Map.copyOf(labels);
        acts = Set.copyOf(acts);
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

package io.caravan.database.outbox;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which notices a route wants: of each label that is named one of these values, in which {@code *} stands for any text; all others may have any value. */
public record Wants(Map<String, List<String>> labels) {
    public Wants {
        labels = Map.copyOf(labels);
    }

    public static Wants everything() {
        return new Wants(Map.of());
    }

    /** These, as far as the label has one of the values. */
    public Wants only(String label, Collection<String> values) {
        Map<String, List<String>> more = new TreeMap<>(labels);
        more.put(label, List.copyOf(values));
        return new Wants(more);
    }

    /** As patterns of SQL's LIKE. */
    Map<String, List<String>> patterns() {
        Map<String, List<String>> patterns = new TreeMap<>();
        labels.forEach((label, values) ->
                patterns.put(label, values.stream().map(Wants::pattern).toList()));
        return patterns;
    }

    private static String pattern(String value) {
        return value.replaceAll("[\\\\%_]", "\\\\$0").replace('*', '%');
    }
}

package io.caravan.alert.rules.condition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A place in a record.
 *
 * @param slot its number among the fields of a dataset's conditions
 * @param name as people write it: a dotted path, or a JSON pointer where a step is no plain name
 * @param path names of members, or indexes of lists, from the top
 */
public record Field(int slot, String name, List<String> path) {
    private static final Pattern INDEX = Pattern.compile("\\d{1,6}");

    public Field {
        path = List.copyOf(path);
    }

    /** Its value; a missing node where the record has none. */
    public JsonNode in(JsonNode record) {
        JsonNode node = record;
        for (String step : path) {
            node = node.isArray() ? node.path(index(step)) : node.path(step);
        }
        return node;
    }

    /** The place that a step means in a list; -1: it means none. */
    public static int index(String step) {
        return INDEX.matcher(step).matches() ? Integer.parseInt(step) : -1;
    }

    @Override
    public String toString() {
        return name;
    }
}

package io.caravan.dag;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value that a run may be given.
 *
 * @param type of JSON: string, integer, number, boolean, array, object
 * @param defaultValue what it is if not given; null: it must be given when {@code required}, else is null
 * @param choices the only values that it may have; empty: any
 */
public record Param(
        String name,
        String type,
        String description,
        boolean required,
        @Nullable JsonNode defaultValue,
        List<JsonNode> choices) {
    public Param {
        choices = List.copyOf(choices);
    }
}

package io.caravan.dag.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value that a run may be given. {@link Params} checks what is given.
 *
 * @param type of JSON: string, integer, number, boolean, array, object
 * @param defaultValue what it is if not given; null: it must be given when {@code required}, else is null
 * @param choices the only values that it may have; empty: any
 * @param minimum of a number
 * @param maximum of a number
 * @param pattern a regular expression that the whole of a string matches
 */
public record Param(
        String name,
        String type,
        String description,
        boolean required,
        @Nullable JsonNode defaultValue,
        List<JsonNode> choices,
        Optional<BigDecimal> minimum,
        Optional<BigDecimal> maximum,
        Optional<String> pattern) {
    public Param {
        choices = List.copyOf(choices);
    }
}

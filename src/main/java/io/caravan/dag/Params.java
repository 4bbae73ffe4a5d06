package io.caravan.dag;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Fills in and checks what a run is given. Pure. */
public final class Params {
    private Params() {}

    /**
     * The values that a run goes by: what was given, and defaults for the rest.
     *
     * @param given an object; null: nothing
     * @throws IllegalArgumentException telling every mistake at once
     */
    public static ObjectNode check(DagDefinition dag, @Nullable JsonNode given) {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        List<String> mistakes = new ArrayList<>();
        if (given != null) {
            given.fieldNames().forEachRemaining(name -> {
                if (dag.params().stream().noneMatch(param -> param.name().equals(name))) {
                    mistakes.add("'" + name + "' is not a param of workflow '" + dag.id() + "'; it has: "
                            + String.join(
                                    ", ", dag.params().stream().map(Param::name).toList()));
                }
            });
        }
        for (Param param : dag.params()) {
            JsonNode value = given != null && given.has(param.name()) ? given.get(param.name()) : param.defaultValue();
            if (value == null || value.isNull()) {
                if (param.required()) {
                    mistakes.add("param '" + param.name() + "' is required and was not given");
                }
                continue;
            }
            mistake(param, value).ifPresent(mistakes::add);
            params.set(param.name(), value);
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
        return params;
    }

    static Optional<String> mistake(Param param, JsonNode value) {
        boolean fits = switch (param.type()) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> false;
        };
        if (!fits) {
            return Optional.of("param '" + param.name() + "' is " + value + ", which is not of type " + param.type());
        }
        if (!param.choices().isEmpty() && !param.choices().contains(value)) {
            return Optional.of(
                    "param '" + param.name() + "' is " + value + ", but may only be one of " + param.choices());
        }
        return Optional.empty();
    }
}

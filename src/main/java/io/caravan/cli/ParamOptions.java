package io.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.dag.run.RefusedException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a run is given. */
final class ParamOptions {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = {"-p", "--param"},
            paramLabel = "NAME=VALUE",
            description = "A param's value, such as city=Utrecht or days=7; may be repeated.")
    private Map<String, String> values = new LinkedHashMap<>();

    @Option(
            names = "--params",
            paramLabel = "JSON",
            description = "All of them as one object: '{\"city\": \"Utrecht\"}'.")
    private @Nullable String all;

    /** An object; null: nothing was given. */
    @Nullable
    ObjectNode given() {
        if (all == null && values.isEmpty()) {
            return null;
        }
        ObjectNode params = all == null ? DagSubcommand.object() : object(all);
        values.forEach(params::put);
        return params;
    }

    private static ObjectNode object(String text) {
        try {
            JsonNode read = JSON.readTree(text);
            if (read instanceof ObjectNode object) {
                return object;
            }
            throw new RefusedException(
                    "--params is " + text + ", which is no JSON object; write {\"city\": \"Utrecht\"}.");
        } catch (JsonProcessingException e) {
            throw new RefusedException("--params is no JSON: " + e.getOriginalMessage());
        }
    }
}

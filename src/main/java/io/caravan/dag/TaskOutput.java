package io.caravan.dag;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** What of a route's result later tasks get to see: small JSON. Pure. */
final class TaskOutput {
    /** More than this belongs into a table or a file, of which the output then is the name. */
    static final int LARGEST_BYTES = 64 * 1024;

    private static final int LARGEST_LIST = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private TaskOutput() {}

    /**
     * A value that was meant to be an output.
     *
     * @throws IllegalArgumentException when it can't be one
     */
    static JsonNode meant(Object value) {
        JsonNode json = json(value);
        int bytes = size(json);
        if (bytes > LARGEST_BYTES) {
            throw new IllegalArgumentException("The output has " + bytes + " bytes, more than the " + LARGEST_BYTES
                    + " that are kept. Write it into a table or a file, and give its name as the output.");
        }
        return json;
    }

    /** A body that may happen to be one: simple values, texts, maps and lists, if small. */
    static Optional<JsonNode> found(Object value) {
        boolean simple = value instanceof CharSequence
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof JsonNode
                || value instanceof Temporal
                || value instanceof Map<?, ?>
                || (value instanceof Collection<?> list && list.size() <= LARGEST_LIST);
        if (!simple || (value instanceof CharSequence text && text.length() > LARGEST_BYTES)) {
            return Optional.empty();
        }
        try {
            return Optional.of(json(value)).filter(json -> size(json) <= LARGEST_BYTES);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A text that is a JSON object or array is that, and not a text. */
    private static JsonNode json(Object value) {
        if (value instanceof CharSequence sequence) {
            String text = sequence.toString().strip();
            if (text.startsWith("{") || text.startsWith("[")) {
                try {
                    return JSON.readTree(text);
                } catch (JsonProcessingException e) {
                    return TextNode.valueOf(sequence.toString());
                }
            }
            return TextNode.valueOf(sequence.toString());
        }
        return value instanceof Temporal ? TextNode.valueOf(value.toString()) : JSON.valueToTree(value);
    }

    private static int size(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}

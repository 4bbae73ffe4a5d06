package io.caravan.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** What stands in columns of JSON. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private Json() {}

    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("This can't be written as JSON: " + value, e);
        }
    }

    static Map<String, String> labels(String json) {
        try {
            return MAPPER.readValue(json, LABELS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("These are no labels: " + json, e);
        }
    }

    static Map<String, Object> map(JsonNode object) {
        return MAPPER.convertValue(object, OBJECT);
    }

    static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("This is no JSON: " + json, e);
        }
    }
}

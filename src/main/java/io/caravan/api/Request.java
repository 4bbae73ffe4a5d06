package io.caravan.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Message;

/** What somebody asked: parameters of the path and of the query, and a body. */
final class Request {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Message message;

    Request(Message message) {
        this.message = message;
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(message.getHeader(name, String.class)).filter(text -> !text.isBlank());
    }

    String required(String name) {
        return parameter(name).orElse("");
    }

    int number(String name, int usual, int most) throws ProblemException {
        Optional<String> text = parameter(name);
        if (text.isEmpty()) {
            return usual;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number > 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, with the range
        }
        throw ProblemException.refused(
                name, "%s is '%s'".formatted(name, text.get()), "give a whole number from 1 to " + most);
    }

    /** Who asks, for the record. */
    String who() {
        return parameter("Caravan-User").orElse("api");
    }

    /** The body as an object. */
    JsonNode object() throws ProblemException {
        if (message.getBody() instanceof Map) {
            throw ProblemException.unreadable(
                    "The body came as a form", "send it with the header Content-Type: application/json");
        }
        String text = message.getBody(String.class);
        try {
            JsonNode node = JSON.readTree(text == null ? "" : text);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw ProblemException.unreadable(
                    "The body is not JSON: " + e.getOriginalMessage(),
                    "send one JSON object, such as {\"severity\": \"high\"}");
        }
        throw ProblemException.unreadable(
                "The body is no JSON object", "send one, such as {\"severity\": \"high\"}, or {} to take all back");
    }
}

package io.caravan.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
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

    /** All values that are given for a name. */
    List<String> all(String name) {
        Object value = message.getHeader(name);
        if (value instanceof Collection<?> several) {
            return several.stream().map(String::valueOf).toList();
        }
        return parameter(name).stream().toList();
    }

    /**
     * The body of a request that does something, which nobody's page can send for them: browsers ask before they send JSON elsewhere. An empty body is an empty object.
     *
     * @throws ProblemException when it isn't sent as JSON
     */
    JsonNode command() throws ProblemException {
        String type = parameter(Exchange.CONTENT_TYPE).orElse("");
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw ProblemException.noJson(
                    "The request has the Content-Type '" + type + "'",
                    "send it with the header Content-Type: application/json");
        }
        String text = message.getBody(String.class);
        return text == null || text.isBlank() ? JSON.createObjectNode() : object(text);
    }

    /** The body as an object. */
    JsonNode object() throws ProblemException {
        if (message.getBody() instanceof Map) {
            throw ProblemException.unreadable(
                    "The body came as a form", "send it with the header Content-Type: application/json");
        }
        String text = message.getBody(String.class);
        return object(text == null ? "" : text);
    }

    private static JsonNode object(String text) throws ProblemException {
        try {
            JsonNode node = JSON.readTree(text);
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

package io.caravan.poll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Where a stream stands in its provider's listing: a small JSON object that only its {@link Pagination} understands, kept in {@code caravan.poll_stream.cursor}
 * and committed with the page that led to it. Immutable.
 */
record Cursor(ObjectNode json) {

    /** Of a stream that was never polled. */
    static final Cursor START = new Cursor(JsonNodeFactory.instance.objectNode());

    Cursor {
        json = json.deepCopy();
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(json.get(name)).filter(JsonNode::isValueNode).map(JsonNode::asText);
    }

    Optional<Long> number(String name) {
        return Optional.ofNullable(json.get(name))
                .filter(JsonNode::isIntegralNumber)
                .map(JsonNode::asLong);
    }

    /** A cursor within this one; the start where there is none. */
    Cursor within(String name) {
        return json.get(name) instanceof ObjectNode inner ? new Cursor(inner) : START;
    }

    Cursor with(String name, String value) {
        return new Cursor(json.deepCopy().put(name, value));
    }

    Cursor with(String name, long value) {
        return new Cursor(json.deepCopy().put(name, value));
    }

    Cursor with(String name, Cursor inner) {
        return new Cursor(json.deepCopy().set(name, inner.json));
    }

    Cursor without(String name) {
        ObjectNode copy = json.deepCopy();
        copy.remove(name);
        return new Cursor(copy);
    }

    @Override
    public String toString() {
        return json.toString();
    }
}

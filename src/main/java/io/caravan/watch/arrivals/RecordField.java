package io.caravan.watch.arrivals;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands in a record: a JSON pointer ({@code /device/id}), the name of a field at the top ({@code car_id}), or a text in single quotes that all records share
 * ({@code 'acme-nl'}).
 */
public final class RecordField {
    private final String written;
    private final @Nullable String constant;
    private final @Nullable String name;
    private final @Nullable JsonPointer pointer;

    private RecordField(
            String written, @Nullable String constant, @Nullable String name, @Nullable JsonPointer pointer) {
        this.written = written;
        this.constant = constant;
        this.name = name;
        this.pointer = pointer;
    }

    /**
     * Reads how it is written.
     *
     * @param option for the message
     * @throws IllegalArgumentException when it is none of the three
     */
    public static RecordField parse(String option, String text) {
        if (text.length() > 1 && text.startsWith("'") && text.endsWith("'")) {
            String constant = text.substring(1, text.length() - 1);
            if (!constant.isBlank()) {
                return new RecordField(text, constant, null, null);
            }
        } else if (!text.startsWith("/") && !text.isBlank() && !text.contains("'")) {
            return new RecordField(text, null, text, null);
        } else if (text.length() > 1 && text.startsWith("/")) {
            JsonPointer pointer = pointer(option, text);
            String top = pointer.getMatchingProperty();
            return pointer.tail().matches()
                    ? new RecordField(text, null, top, null)
                    : new RecordField(text, null, null, pointer);
        }
        throw new IllegalArgumentException(
                "%s is '%s', which names nothing in a record. %s".formatted(option, text, CURE));
    }

    private static final String CURE =
            "Write a JSON pointer such as /device/id, the name of a field, or a text for all records in single quotes such as 'acme-nl'.";

    private static JsonPointer pointer(String option, String text) {
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s is '%s': %s. %s".formatted(option, text, e.getMessage(), CURE), e);
        }
    }

    /** The value; a missing node where the record has none. */
    @Nullable
    public JsonNode in(ObjectNode record) {
        return name != null ? record.get(name) : pointer != null ? record.at(pointer) : null;
    }

    /** The value as text, numbers and booleans too; null where there is none, or only blanks, an object or an array. */
    @Nullable
    public String text(ObjectNode record) {
        if (constant != null) {
            return constant;
        }
        JsonNode value = in(record);
        if (value == null || !value.isValueNode() || value.isNull()) {
            return null;
        }
        String text = value.asText();
        return text.isBlank() ? null : text;
    }

    @Override
    public String toString() {
        return written;
    }
}

package io.caravan.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A good record as stock Camel steps like it: a map of Java values (numbers exact, objects as maps, arrays as lists), so that {@code ${body[car_id]}}, {@code jsonpath}
 * and the named parameters of {@code sql:} work. Not to be changed; it remembers its {@link #record()}, so that nothing of what was received is lost on the way back.
 */
public final class RecordMap extends AbstractMap<String, @Nullable Object> {
    private final RawRecord record;
    private final ObjectNode value;
    private @Nullable Map<String, @Nullable Object> members;

    /** @throws IllegalStateException when the record is defective */
    public RecordMap(RawRecord record) {
        this.record = record;
        this.value = record.value();
    }

    /** The record whose value this is. */
    public RawRecord record() {
        return record;
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        return name instanceof String text ? java(value.get(text)) : null;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return name instanceof String text && value.has(text);
    }

    @Override
    public int size() {
        return value.size();
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
        if (members == null) {
            members = Collections.unmodifiableMap(members(value));
        }
        return members.entrySet();
    }

    private static Map<String, @Nullable Object> members(JsonNode object) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        object.properties().forEach(member -> members.put(member.getKey(), java(member.getValue())));
        return members;
    }

    private static List<@Nullable Object> elements(JsonNode array) {
        List<@Nullable Object> elements = new ArrayList<>(array.size());
        array.forEach(element -> elements.add(java(element)));
        return elements;
    }

    private static @Nullable Object java(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        return switch (value.getNodeType()) {
            case OBJECT -> members(value);
            case ARRAY -> elements(value);
            case STRING -> value.textValue();
            case NUMBER -> value.numberValue();
            case BOOLEAN -> value.booleanValue();
            default -> null;
        };
    }
}

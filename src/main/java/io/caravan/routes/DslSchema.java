package io.caravan.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The JSON Schema that Camel ships for its YAML DSL, flattened for reading along a document. The schema says with {@code anyOf} and {@code oneOf} which keys may stand together; a validator
 * answers a typo there with a page of alternatives that all failed. Here a node knows the union of its keys, so that a mistake is one line.
 */
final class DslSchema {
    private static final String RESOURCE = "schema/camelYamlDsl.json";

    private final JsonNode document;
    private final Map<JsonNode, Shape> shapes = new HashMap<>();

    private DslSchema(JsonNode document) {
        this.document = document;
    }

    static DslSchema load() {
        ClassLoader loader = Objects.requireNonNull(DslSchema.class.getClassLoader());
        try (InputStream in = loader.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the classpath; camel-yaml-dsl brings it");
            }
            return new DslSchema(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The shape of one entry of a file. */
    Shape entry() {
        return shape(document.path("items"));
    }

    Shape shape(JsonNode schema) {
        Shape known = shapes.get(schema);
        if (known == null) {
            known = new Shape();
            shapes.put(schema, known);
            known.add(schema);
        }
        return known;
    }

    private JsonNode resolve(String reference) {
        return document.at(reference.substring(1));
    }

    /** What may stand at one place. */
    final class Shape {
        private final Map<String, List<JsonNode>> properties = new TreeMap<>();
        private final Set<String> required = new TreeSet<>();
        private final Set<String> scalars = new TreeSet<>();
        private final Set<String> values = new TreeSet<>();
        private final List<JsonNode> items = new ArrayList<>();
        private boolean object;
        private boolean oneKeyOnly;
        private int depth;

        private void add(JsonNode schema) {
            if (depth == 0) {
                schema.path("required").forEach(name -> required.add(name.asText()));
                oneKeyOnly = schema.path("maxProperties").asInt() == 1;
            }
            depth++;
            String type = schema.path("type").asText();
            switch (type) {
                case "object" -> object = true;
                case "array" -> items.add(schema.path("items"));
                case "" -> {}
                default -> scalars.add(type);
            }
            schema.path("enum").forEach(value -> values.add(value.asText()));
            schema.path("properties").properties().forEach(property -> {
                object = true;
                List<JsonNode> alternatives = properties.computeIfAbsent(property.getKey(), key -> new ArrayList<>());
                if (!property.getValue().isEmpty()) {
                    alternatives.add(property.getValue());
                }
            });
            if (schema.has("$ref")) {
                boolean outermost = depth == 1;
                JsonNode target = resolve(schema.path("$ref").asText());
                depth = outermost ? 0 : depth;
                add(target);
                depth = outermost ? 1 : depth;
            }
            schema.path("oneOf").forEach(this::add);
            schema.path("anyOf").forEach(this::add);
            depth--;
        }

        Set<String> keys() {
            return properties.keySet();
        }

        Set<String> required() {
            return required;
        }

        boolean isObject() {
            return object;
        }

        /** Any keys: what stands there belongs to somebody else, e.g. the parameters of an endpoint. */
        boolean isOpen() {
            return properties.isEmpty() && items.isEmpty() && scalars.isEmpty();
        }

        boolean isOneKeyOnly() {
            return oneKeyOnly;
        }

        boolean isList() {
            return !items.isEmpty();
        }

        boolean isScalar() {
            return !scalars.isEmpty();
        }

        /** {@code boolean} or {@code number} when nothing else fits; otherwise empty. */
        String onlyType() {
            return scalars.size() == 1 ? scalars.iterator().next() : "";
        }

        Set<String> values() {
            return values;
        }

        Shape item() {
            return merged(items);
        }

        Shape at(String key) {
            return merged(properties.getOrDefault(key, List.of()));
        }

        private Shape merged(List<JsonNode> alternatives) {
            if (alternatives.size() == 1) {
                return shape(alternatives.get(0));
            }
            Shape shape = new Shape();
            alternatives.forEach(shape::add);
            shape.required.clear();
            return shape;
        }
    }
}

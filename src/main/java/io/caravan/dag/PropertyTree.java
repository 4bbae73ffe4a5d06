package io.caravan.dag;

import java.util.LinkedHashMap;
import java.util.Map;

/** Properties of a bean that nest, as they were written; Camel hands them over leaf by leaf. Not thread-safe. */
public final class PropertyTree extends LinkedHashMap<String, Object> {
    private static final long serialVersionUID = 1L;

    static PropertyTree of(Map<?, ?> properties) {
        PropertyTree tree = new PropertyTree();
        properties.forEach((name, value) ->
                tree.put(String.valueOf(name), value instanceof Map<?, ?> nested ? of(nested) : value));
        return tree;
    }

    /** What nests below a name; made when it isn't there yet. */
    PropertyTree child(String name) {
        if (get(name) instanceof PropertyTree child) {
            return child;
        }
        PropertyTree made = new PropertyTree();
        put(name, made);
        return made;
    }
}

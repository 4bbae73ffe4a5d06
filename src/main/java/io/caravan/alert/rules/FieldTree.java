package io.caravan.alert.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.rules.condition.Field;
import io.caravan.alert.rules.condition.Values;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields that a dataset's rules ask for, as a tree, so that finding those that a record has costs what the record has, and not what the rules ask for. Immutable once made. */
final class FieldTree {
    private static final int NONE = -1;

    private final Map<String, FieldTree> children = new HashMap<>();
    private int slot = NONE;

    static FieldTree of(List<Field> fields) {
        FieldTree root = new FieldTree();
        for (Field field : fields) {
            FieldTree node = root;
            for (String step : field.path()) {
                node = node.children.computeIfAbsent(step, name -> new FieldTree());
            }
            node.slot = field.slot();
        }
        return root;
    }

    /** Is told each field that a record has. */
    interface Finder {
        void found(int slot, JsonNode value);
    }

    void find(JsonNode node, Finder finder) {
        if (node instanceof ObjectNode object) {
            findIn(object, finder);
        } else if (node instanceof ArrayNode array) {
            children.forEach((index, child) -> child.visit(array.get(Field.index(index)), finder));
        }
    }

    private void findIn(ObjectNode object, Finder finder) {
        if (children.size() <= object.size()) {
            children.forEach((name, child) -> child.visit(object.get(name), finder));
        } else {
            object.properties().forEach(member -> {
                FieldTree child = children.get(member.getKey());
                if (child != null) {
                    child.visit(member.getValue(), finder);
                }
            });
        }
    }

    private void visit(@Nullable JsonNode value, Finder finder) {
        if (value == null) {
            return;
        }
        if (slot != NONE && !Values.isAbsent(value)) {
            finder.found(slot, value);
        }
        if (!children.isEmpty()) {
            find(value, finder);
        }
    }
}

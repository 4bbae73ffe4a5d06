package io.caravan.alert.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.rules.condition.Facts;
import io.caravan.alert.rules.condition.Field;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One record after the other as conditions see it. Used by one thread. */
final class RecordFacts implements Facts {
    private final FieldTree tree;
    private final JsonNode[] values;
    private final int[] found;
    private final Consumer<String> faults;
    private int count;
    private Instant at = Instant.EPOCH;
    private Map<String, Earlier> memory = Map.of();

    /** @param faults told what can't be judged */
    RecordFacts(FieldTree tree, int fields, Consumer<String> faults) {
        this.tree = tree;
        this.values = new JsonNode[fields];
        this.found = new int[fields];
        this.faults = faults;
        Arrays.fill(values, MissingNode.getInstance());
    }

    /** @param memory what the asset's fields said last, by their names */
    void read(ObjectNode record, Instant happened, Map<String, Earlier> memory) {
        for (int i = 0; i < count; i++) {
            values[found[i]] = MissingNode.getInstance();
        }
        count = 0;
        this.at = happened;
        this.memory = memory;
        tree.find(record, this::found);
    }

    private void found(int slot, JsonNode value) {
        values[slot] = value;
        found[count] = slot;
        count++;
    }

    /** How many of the fields the record has. */
    int count() {
        return count;
    }

    /** The slot of one of these. */
    int slot(int index) {
        return found[index];
    }

    JsonNode value(int slot) {
        return values[slot];
    }

    @Override
    public JsonNode value(Field field) {
        return values[field.slot()];
    }

    @Override
    public @Nullable Earlier earlier(Field field) {
        return memory.get(field.name());
    }

    @Override
    public Instant at() {
        return at;
    }

    @Override
    public void fault(String what) {
        faults.accept(what);
    }
}

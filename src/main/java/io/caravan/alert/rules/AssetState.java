package io.caravan.alert.rules;

import io.caravan.alert.rules.condition.Facts.Earlier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of one asset while a batch is judged: its state for each rule, what its fields said last, and what of this has changed. Used by one thread. */
final class AssetState {
    private final Map<String, RuleState> states = new TreeMap<>();
    private final Map<String, Earlier> memory = new HashMap<>();
    private final Set<String> changedStates = new HashSet<>();
    private final Set<String> changedFields = new HashSet<>();

    void loadState(String rule, RuleState state) {
        states.put(rule, state);
    }

    void loadMemory(String field, Earlier value) {
        memory.put(field, value);
    }

    @Nullable
    RuleState state(String rule) {
        return states.get(rule);
    }

    /** The rules that have a state, by name; a copy, so that states may change meanwhile. */
    List<String> rules() {
        return states.isEmpty() ? List.of() : List.copyOf(states.keySet());
    }

    void put(String rule, @Nullable RuleState state) {
        RuleState before = state == null ? states.remove(rule) : states.put(rule, state);
        if (state == null ? before != null : !state.equals(before)) {
            changedStates.add(rule);
        }
    }

    Map<String, Earlier> memory() {
        return memory;
    }

    /** What is older than what is known teaches nothing. */
    void remember(String field, Earlier value) {
        Earlier known = memory.get(field);
        if (known == null || !value.at().isBefore(known.at())) {
            memory.put(field, value);
            changedFields.add(field);
        }
    }

    Set<String> changedStates() {
        return changedStates;
    }

    Set<String> changedFields() {
        return changedFields;
    }
}

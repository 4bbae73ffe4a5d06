package io.caravan.alert.rules;

import io.caravan.alert.rules.condition.ConditionParser;
import io.caravan.alert.rules.condition.Field;
import io.caravan.alert.rules.condition.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one dataset, ready to meet records. A record meets those whose guards it passes, found by its fields and their values; a rule that fires or is pending for the record's asset is looked at
 * besides. Immutable.
 */
final class DatasetRules {
    private final List<CompiledRule> rules = new ArrayList<>();
    private final Map<String, CompiledRule> byName = new HashMap<>();
    private final FieldTree tree;
    private final int fields;
    private final List<Field> remembered;
    private final SlotIndex[] bySlot;
    private final int[] always;

    DatasetRules(List<Rule> written) {
        Fields known = new Fields();
        Set<Field> past = new LinkedHashSet<>();
        for (Rule rule : written) {
            CompiledRule compiled = new CompiledRule(
                    rules.size(),
                    rule,
                    ConditionParser.parse(rule.when(), known),
                    rule.clear().map(clear -> ConditionParser.parse(clear, known)));
            rules.add(compiled);
            byName.put(rule.name(), compiled);
            past.addAll(compiled.remembered());
        }
        fields = known.size();
        tree = FieldTree.of(known.all());
        remembered = List.copyOf(past);
        List<Integer> unguarded = new ArrayList<>();
        bySlot = index(unguarded);
        always = unguarded.stream().mapToInt(Integer::intValue).toArray();
    }

    private SlotIndex[] index(List<Integer> unguarded) {
        Map<Integer, List<SlotIndex.Entry>> entries = new HashMap<>();
        for (CompiledRule rule : rules) {
            Optional<List<Guard>> guards = Guard.of(rule.when());
            if (guards.isEmpty()) {
                unguarded.add(rule.number());
            }
            guards.orElse(List.of())
                    .forEach(guard -> entries.computeIfAbsent(guard.slot(), slot -> new ArrayList<>())
                            .add(new SlotIndex.Entry(guard, rule.number())));
        }
        SlotIndex[] indexes = new SlotIndex[fields];
        for (int slot = 0; slot < fields; slot++) {
            indexes[slot] = new SlotIndex(entries.getOrDefault(slot, List.of()));
        }
        return indexes;
    }

    /** Finds the rules whose condition may hold for the record; those that are left out don't hold for it. */
    void find(RecordFacts facts, Candidates candidates) {
        candidates.clear();
        candidates.addAll(always);
        for (int i = 0; i < facts.count(); i++) {
            int slot = facts.slot(i);
            bySlot[slot].find(facts.value(slot), candidates);
        }
    }

    RecordFacts facts(Consumer<String> faults) {
        return new RecordFacts(tree, fields, faults);
    }

    Candidates candidates() {
        return new Candidates(rules.size());
    }

    List<CompiledRule> all() {
        return rules;
    }

    CompiledRule get(int number) {
        return rules.get(number);
    }

    @Nullable
    CompiledRule named(String name) {
        return byName.get(name);
    }

    /** The fields of which it must be known what they said before. */
    List<Field> remembered() {
        return remembered;
    }
}

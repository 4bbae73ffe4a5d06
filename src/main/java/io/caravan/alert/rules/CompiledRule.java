package io.caravan.alert.rules;

import io.caravan.alert.rules.condition.Condition;
import io.caravan.alert.rules.condition.Field;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A rule among those of its dataset.
 *
 * @param number its place among them
 */
record CompiledRule(int number, Rule rule, Condition when, Optional<Condition> clear) {
    /** Those of which it must be known what they said before. */
    Set<Field> remembered() {
        Set<Field> fields = new LinkedHashSet<>();
        when.operands(operand -> operand.remembers(fields::add));
        clear.ifPresent(condition -> condition.operands(operand -> operand.remembers(fields::add)));
        return fields;
    }

    /** Those that the condition is about. */
    List<Field> evidence() {
        Set<Field> fields = new LinkedHashSet<>();
        when.operands(operand -> {
            operand.needs(fields::add);
            operand.remembers(fields::add);
        });
        return List.copyOf(fields);
    }
}

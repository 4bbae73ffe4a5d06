package io.caravan.alert.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import io.caravan.alert.rules.condition.Condition;
import io.caravan.alert.rules.condition.Condition.And;
import io.caravan.alert.rules.condition.Condition.Comparison;
import io.caravan.alert.rules.condition.Condition.Membership;
import io.caravan.alert.rules.condition.Condition.Or;
import io.caravan.alert.rules.condition.Condition.Presence;
import io.caravan.alert.rules.condition.Field;
import io.caravan.alert.rules.condition.Operand;
import io.caravan.alert.rules.condition.Operand.Literal;
import io.caravan.alert.rules.condition.Operand.Present;
import io.caravan.alert.rules.condition.Operator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Something about one field that must hold for a condition to hold, and that an index finds. A condition whose guards all fail needn't be looked at. The best guard excludes most: a value, then a range, then
 * that the field is there at all.
 */
sealed interface Guard {
    int slot();

    /** The smaller, the more it excludes. */
    int cost();

    /** The field equals this. */
    record Equal(int slot, JsonNode value) implements Guard {
        @Override
        public int cost() {
            return 1;
        }
    }

    /** The field is less than this, or greater; it may be equal, too: a guard only excludes. */
    record Bound(int slot, boolean below, double bound) implements Guard {
        @Override
        public int cost() {
            return 2;
        }
    }

    /** The record has the field. */
    record There(int slot) implements Guard {
        @Override
        public int cost() {
            return 3;
        }
    }

    /** Guards one of which must hold; empty: the condition may hold whatever the record has. */
    static Optional<List<Guard>> of(Condition condition) {
        if (condition instanceof And and) {
            return and.parts().stream()
                    .flatMap(part -> of(part).stream())
                    .min(Comparator.comparingInt(Guard::worst).thenComparingInt(List::size));
        }
        if (condition instanceof Or or) {
            List<Guard> all = new ArrayList<>();
            for (Condition part : or.parts()) {
                Optional<List<Guard>> guards = of(part);
                if (guards.isEmpty()) {
                    return Optional.empty();
                }
                all.addAll(guards.get());
            }
            return Optional.of(all);
        }
        if (condition instanceof Comparison comparison) {
            return ofComparison(comparison);
        }
        if (condition instanceof Membership membership
                && membership.among()
                && membership.operand() instanceof Present present) {
            return Optional.of(membership.values().stream()
                    .<Guard>map(value -> new Equal(present.field().slot(), value))
                    .toList());
        }
        return condition instanceof Presence presence && !presence.present() ? Optional.empty() : there(condition);
    }

    private static int worst(List<Guard> guards) {
        return guards.stream().mapToInt(Guard::cost).max().orElse(0);
    }

    private static Optional<List<Guard>> ofComparison(Comparison comparison) {
        if (comparison.left() instanceof Literal && comparison.right() instanceof Present) {
            return ofComparison(comparison.mirrored());
        }
        if (comparison.left() instanceof Present present && comparison.right() instanceof Literal literal) {
            return Optional.of(List.of(guard(present.field(), comparison.operator(), literal.constant())));
        }
        return there(comparison);
    }

    private static Guard guard(Field field, Operator operator, JsonNode value) {
        boolean number = value instanceof DecimalNode;
        return switch (operator) {
            case EQUAL -> new Equal(field.slot(), value);
            case LESS, AT_MOST -> number ? new Bound(field.slot(), true, value.doubleValue()) : new There(field.slot());
            case GREATER, AT_LEAST ->
                number ? new Bound(field.slot(), false, value.doubleValue()) : new There(field.slot());
            default -> new There(field.slot());
        };
    }

    private static Optional<List<Guard>> there(Condition condition) {
        List<Guard> needed = new ArrayList<>();
        condition.operands((Operand operand) -> operand.needs(field -> needed.add(new There(field.slot()))));
        return needed.stream().findFirst().map(List::of);
    }
}

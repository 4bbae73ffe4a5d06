package io.caravan.alert.rules.condition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Consumer;

/** What can be true of a record. Immutable. */
public sealed interface Condition {
    Truth test(Facts facts);

    /** Tells each operand. */
    void operands(Consumer<Operand> operand);

    /** The one that holds where this one doesn't, with no {@code not} around others. */
    Condition negated();

    /** All of them. */
    record And(List<Condition> parts) implements Condition {
        public And {
            parts = List.copyOf(parts);
        }

        @Override
        public Truth test(Facts facts) {
            Truth all = Truth.TRUE;
            for (Condition part : parts) {
                Truth one = part.test(facts);
                if (one == Truth.FALSE) {
                    return Truth.FALSE;
                }
                all = one == Truth.UNKNOWN ? one : all;
            }
            return all;
        }

        @Override
        public void operands(Consumer<Operand> operand) {
            parts.forEach(part -> part.operands(operand));
        }

        @Override
        public Condition negated() {
            return new Or(parts.stream().map(Condition::negated).toList());
        }
    }

    /** One of them. */
    record Or(List<Condition> parts) implements Condition {
        public Or {
            parts = List.copyOf(parts);
        }

        @Override
        public Truth test(Facts facts) {
            Truth any = Truth.FALSE;
            for (Condition part : parts) {
                Truth one = part.test(facts);
                if (one == Truth.TRUE) {
                    return Truth.TRUE;
                }
                any = one == Truth.UNKNOWN ? one : any;
            }
            return any;
        }

        @Override
        public void operands(Consumer<Operand> operand) {
            parts.forEach(part -> part.operands(operand));
        }

        @Override
        public Condition negated() {
            return new And(parts.stream().map(Condition::negated).toList());
        }
    }

    /** Two values side by side. */
    record Comparison(Operator operator, Operand left, Operand right) implements Condition {
        @Override
        public Truth test(Facts facts) {
            return operator.compare(left.value(facts), right.value(facts), facts);
        }

        @Override
        public void operands(Consumer<Operand> operand) {
            operand.accept(left);
            operand.accept(right);
        }

        @Override
        public Condition negated() {
            return switch (operator) {
                case LESS -> with(Operator.AT_LEAST);
                case AT_MOST -> with(Operator.GREATER);
                case GREATER -> with(Operator.AT_MOST);
                case AT_LEAST -> with(Operator.LESS);
                case EQUAL -> with(Operator.UNEQUAL);
                case UNEQUAL -> with(Operator.EQUAL);
                case CONTAINS -> new Lacks(this);
            };
        }

        /** The same, said from the other side. */
        public Comparison mirrored() {
            return new Comparison(operator.mirrored(), /* left= */ right, /* right= */ left);
        }

        private Comparison with(Operator other) {
            return new Comparison(other, left, right);
        }
    }

    /** The opposite of {@code contains}. */
    record Lacks(Comparison comparison) implements Condition {
        @Override
        public Truth test(Facts facts) {
            return comparison.test(facts).not();
        }

        @Override
        public void operands(Consumer<Operand> operand) {
            comparison.operands(operand);
        }

        @Override
        public Condition negated() {
            return comparison;
        }
    }

    /** One of a list of values, or none of them. */
    record Membership(Operand operand, List<JsonNode> values, boolean among) implements Condition {
        public Membership {
            values = List.copyOf(values);
        }

        @Override
        public Truth test(Facts facts) {
            JsonNode value = operand.value(facts);
            if (Values.isAbsent(value)) {
                return Truth.UNKNOWN;
            }
            for (JsonNode each : values) {
                if (Values.areEqual(value, each)) {
                    return Truth.of(among);
                }
            }
            return Truth.of(!among);
        }

        @Override
        public void operands(Consumer<Operand> wanted) {
            wanted.accept(operand);
        }

        @Override
        public Condition negated() {
            return new Membership(operand, values, !among);
        }
    }

    /** Whether there is a value. */
    record Presence(Operand operand, boolean present) implements Condition {
        @Override
        public Truth test(Facts facts) {
            return Truth.of(Values.isAbsent(operand.value(facts)) != present);
        }

        @Override
        public void operands(Consumer<Operand> wanted) {
            wanted.accept(operand);
        }

        @Override
        public Condition negated() {
            return new Presence(operand, !present);
        }
    }
}

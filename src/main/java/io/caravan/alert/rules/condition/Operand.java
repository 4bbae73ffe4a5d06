package io.caravan.alert.rules.condition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.function.Consumer;

/** Something with a value. What can't be computed is absent. */
public sealed interface Operand {
    /** Computed decimals keep 16 digits, so that 0.1 + 0.2 is 0.3. */
    MathContext DIGITS = MathContext.DECIMAL64;

    JsonNode value(Facts facts);

    /** Tells each field that must be in the record, or the value is absent. */
    void needs(Consumer<Field> field);

    /** Tells each field of which it must be known what it was before. */
    void remembers(Consumer<Field> field);

    /** Always the same. */
    record Literal(JsonNode constant) implements Operand {
        @Override
        public JsonNode value(Facts facts) {
            return constant;
        }

        @Override
        public void needs(Consumer<Field> field) {}

        @Override
        public void remembers(Consumer<Field> field) {}
    }

    /** What the record says. */
    record Present(Field field) implements Operand {
        @Override
        public JsonNode value(Facts facts) {
            return facts.value(field);
        }

        @Override
        public void needs(Consumer<Field> wanted) {
            wanted.accept(field);
        }

        @Override
        public void remembers(Consumer<Field> wanted) {}
    }

    /** What was before, by one of the functions. */
    record Past(Function function, Field field) implements Operand {
        @Override
        public JsonNode value(Facts facts) {
            JsonNode now = facts.value(field);
            if (function == Function.LAST && !Values.isAbsent(now)) {
                return now;
            }
            Facts.Earlier earlier = facts.earlier(field);
            if (earlier == null || earlier.at().isAfter(facts.at())) {
                return MissingNode.getInstance();
            }
            return function == Function.LAST || function == Function.PREVIOUS
                    ? earlier.value()
                    : difference(now, earlier, facts);
        }

        private JsonNode difference(JsonNode now, Facts.Earlier earlier, Facts facts) {
            if (Values.isAbsent(now)) {
                return MissingNode.getInstance();
            }
            BigDecimal after = Values.number(now);
            BigDecimal before = Values.number(earlier.value());
            if (after == null || before == null) {
                facts.fault("%s is no number, so it has no %s".formatted(Values.shown(now), function.word()));
                return MissingNode.getInstance();
            }
            BigDecimal change = after.subtract(before, DIGITS);
            if (function == Function.CHANGE) {
                return DecimalNode.valueOf(change);
            }
            Duration between = Duration.between(earlier.at(), facts.at());
            return between.isZero()
                    ? MissingNode.getInstance()
                    : DecimalNode.valueOf(change.divide(seconds(between), DIGITS));
        }

        @Override
        public void needs(Consumer<Field> wanted) {
            if (function == Function.RATE || function == Function.CHANGE) {
                wanted.accept(field);
            }
        }

        @Override
        public void remembers(Consumer<Field> wanted) {
            wanted.accept(field);
        }
    }

    /** Plus, minus, times, divided by, or the rest of a division. */
    record Arithmetic(char sign, Operand left, Operand right) implements Operand {
        @Override
        public JsonNode value(Facts facts) {
            JsonNode first = left.value(facts);
            JsonNode second = right.value(facts);
            if (Values.isAbsent(first) || Values.isAbsent(second)) {
                return MissingNode.getInstance();
            }
            BigDecimal a = Values.number(first);
            BigDecimal b = Values.number(second);
            if (a == null || b == null) {
                facts.fault("%s %s %s can't be computed: not both are numbers"
                        .formatted(Values.shown(first), sign, Values.shown(second)));
                return MissingNode.getInstance();
            }
            if ((sign == '/' || sign == '%') && b.signum() == 0) {
                facts.fault("%s %s 0 can't be computed".formatted(Values.shown(first), sign));
                return MissingNode.getInstance();
            }
            return compute(a, b, facts);
        }

        private JsonNode compute(BigDecimal a, BigDecimal b, Facts facts) {
            try {
                return DecimalNode.valueOf(
                        switch (sign) {
                            case '+' -> a.add(b, DIGITS);
                            case '-' -> a.subtract(b, DIGITS);
                            case '*' -> a.multiply(b, DIGITS);
                            case '/' -> a.divide(b, DIGITS);
                            default -> a.remainder(b, DIGITS);
                        });
            } catch (ArithmeticException e) {
                facts.fault("%s %s %s can't be computed: %s".formatted(a, sign, b, e.getMessage()));
                return MissingNode.getInstance();
            }
        }

        @Override
        public void needs(Consumer<Field> field) {
            left.needs(field);
            right.needs(field);
        }

        @Override
        public void remembers(Consumer<Field> field) {
            left.remembers(field);
            right.remembers(field);
        }
    }

    static BigDecimal seconds(Duration time) {
        return BigDecimal.valueOf(time.toSeconds()).add(BigDecimal.valueOf(time.toNanosPart(), 9));
    }
}

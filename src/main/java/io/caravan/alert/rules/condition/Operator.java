package io.caravan.alert.rules.condition;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** How a condition compares two values. */
public enum Operator {
    LESS("<"),
    AT_MOST("<="),
    GREATER(">"),
    AT_LEAST(">="),
    EQUAL("=="),
    UNEQUAL("!="),
    CONTAINS("contains");

    private final String sign;

    Operator(String sign) {
        this.sign = sign;
    }

    public String sign() {
        return sign;
    }

    /** The one that says the same with its sides exchanged. */
    public Operator mirrored() {
        return switch (this) {
            case LESS -> GREATER;
            case AT_MOST -> AT_LEAST;
            case GREATER -> LESS;
            case AT_LEAST -> AT_MOST;
            default -> this;
        };
    }

    Truth compare(JsonNode left, JsonNode right, Facts facts) {
        if (Values.isAbsent(left) || Values.isAbsent(right)) {
            return Truth.UNKNOWN;
        }
        return switch (this) {
            case EQUAL -> Truth.of(Values.areEqual(left, right));
            case UNEQUAL -> Truth.of(!Values.areEqual(left, right));
            case CONTAINS -> Truth.of(Values.contains(left, right));
            default -> ordered(left, right, facts);
        };
    }

    private Truth ordered(JsonNode left, JsonNode right, Facts facts) {
        BigDecimal a = Values.number(left);
        BigDecimal b = Values.number(right);
        if (a != null && b != null) {
            return Truth.of(holds(a.compareTo(b)));
        }
        if (left.isTextual() && right.isTextual()) {
            return Truth.of(holds(left.textValue().compareTo(right.textValue())));
        }
        facts.fault("%s %s %s compares no two numbers and no two texts"
                .formatted(Values.shown(left), sign, Values.shown(right)));
        return Truth.UNKNOWN;
    }

    private boolean holds(int order) {
        return switch (this) {
            case LESS -> order < 0;
            case AT_MOST -> order <= 0;
            case GREATER -> order > 0;
            case AT_LEAST -> order >= 0;
            default -> order == 0;
        };
    }
}

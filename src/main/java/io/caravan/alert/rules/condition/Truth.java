package io.caravan.alert.rules.condition;

/** What a record says of a condition, in Kleene's logic as in SQL: a record that lacks a field says nothing of it. */
public enum Truth {
    TRUE,
    FALSE,
    UNKNOWN;

    public static Truth of(boolean holds) {
        return holds ? TRUE : FALSE;
    }

    Truth not() {
        return switch (this) {
            case TRUE -> FALSE;
            case FALSE -> TRUE;
            case UNKNOWN -> UNKNOWN;
        };
    }
}

package io.caravan.batch;

import com.fasterxml.jackson.databind.node.DecimalNode;
import java.math.BigDecimal;

/** A number whose notation its value cannot tell ({@code 1E2}, {@code -0}): keeps the text as sent for {@link CanonicalForm#TEXT}; a plain number in all else. */
@SuppressWarnings("serial") // the text travels with the value; nobody serializes trees with Java's own means
final class SentNumber extends DecimalNode {
    private final String text;

    SentNumber(BigDecimal value, String text) {
        super(value);
        this.text = text;
    }

    String text() {
        return text;
    }

    /** As any decimal: two numbers of equal value are equal whatever their notation. */
    @Override
    public boolean equals(Object other) {
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}

package io.caravan.alert.rules.condition;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** How conditions understand a record's values. Rows of CSV files hold texts only, so a text that looks like a number is one wherever a number is needed. */
public final class Values {
    private static final int LONGEST_NUMBER = 40;
    private static final int LARGEST_EXPONENT = 400;
    private static final int LONGEST_SHOWN = 40;

    private Values() {}

    /** Missing, null and blank texts alike. */
    public static boolean isAbsent(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isTextual() && value.textValue().isBlank());
    }

    /** The number that it is or reads as; null where it is none. */
    public static @Nullable BigDecimal number(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue();
        }
        return value.isTextual() ? number(value.textValue()) : null;
    }

    private static @Nullable BigDecimal number(String text) {
        if (text.isEmpty() || text.length() > LONGEST_NUMBER || "+-.0123456789".indexOf(text.charAt(0)) < 0) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(text);
            return Math.abs(number.scale()) <= LARGEST_EXPONENT ? number : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Numbers by their value, whatever their digits; true and "true" are one; values of different kinds are not equal. */
    static boolean areEqual(JsonNode left, JsonNode right) {
        if (left.isTextual() && right.isTextual()) {
            return left.textValue().equals(right.textValue());
        }
        if (left.isNumber() || right.isNumber()) {
            BigDecimal a = number(left);
            BigDecimal b = number(right);
            return a != null && b != null && a.compareTo(b) == 0;
        }
        return (left.isBoolean() || right.isBoolean())
                ? left.isValueNode() && right.isValueNode() && left.asText().equals(right.asText())
                : left.equals(right);
    }

    /** A list has such an element, or a text such a part. */
    static boolean contains(JsonNode whole, JsonNode part) {
        if (whole.isArray()) {
            for (JsonNode element : whole) {
                if (areEqual(element, part)) {
                    return true;
                }
            }
            return false;
        }
        return whole.isTextual() && whole.textValue().contains(part.asText());
    }

    static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }
}

package io.caravan.batch;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Numbers as ECMAScript writes them ({@code Number::toString}, ECMA-262 section 6.1.6.1.20), which RFC 8785 prescribes: the fewest digits that give the
 * same double again, and of these the nearest.
 */
final class EcmaScriptNumber {
    /** Any decimal of so many digits survives the way to a double and back, so it is its own shortest form. */
    private static final int DIGITS_THAT_SURVIVE = 15;

    private static final int SMALLEST_NORMAL = -307;
    private static final int LARGEST_NORMAL = 307;
    private static final int LONGEST_PLAIN = 21;
    private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_EVEN);

    private EcmaScriptNumber() {}

    /** True when the number is within the range of a double. */
    static boolean canHold(BigDecimal number) {
        return Double.isFinite(number.doubleValue());
    }

    static String format(BigDecimal number) {
        BigDecimal shortest = shortest(number);
        if (shortest.signum() == 0) {
            return "0";
        }
        String digits = shortest.unscaledValue().abs().toString();
        String text = layOut(digits, digits.length() - shortest.scale());
        return shortest.signum() < 0 ? "-" + text : text;
    }

    private static BigDecimal shortest(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        boolean survives = stripped.precision() <= DIGITS_THAT_SURVIVE
                && exponent >= SMALLEST_NORMAL
                && exponent <= LARGEST_NORMAL;
        return survives ? stripped : shortest(number.doubleValue());
    }

    /** Java's rule keeps two digits where one would do ({@code 4.9E-324} for {@code 5e-324}); ECMAScript's does not. */
    private static BigDecimal shortest(double number) {
        BigDecimal shortest = new BigDecimal(NumberOutput.toString(number, true)).stripTrailingZeros();
        BigDecimal shorter = shortest.round(ONE_DIGIT);
        return shortest.precision() == 2 && shorter.doubleValue() == number ? shorter : shortest;
    }

    /** @param point how many digits stand before the decimal point; negative or more than there are digits alike */
    private static String layOut(String digits, int point) {
        int count = digits.length();
        if (count <= point && point <= LONGEST_PLAIN) {
            return digits + "0".repeat(point - count);
        }
        if (0 < point && point <= LONGEST_PLAIN) {
            return digits.substring(0, point) + "." + digits.substring(point);
        }
        if (-6 < point && point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        String exponent = (point > 0 ? "e+" : "e-") + Math.abs(point - 1);
        return count == 1 ? digits + exponent : digits.charAt(0) + "." + digits.substring(1) + exponent;
    }
}

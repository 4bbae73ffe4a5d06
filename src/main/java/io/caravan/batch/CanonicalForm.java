package io.caravan.batch;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Arrays;

/**
 * When two JSON values are the same: when their canonical bytes are. All forms sort members by the UTF-16 code units of their names, keep the order of
 * arrays, drop white space and write strings as RFC 8785 does; they differ in what makes two numbers the same. Stateless and safe for all threads.
 */
public enum CanonicalForm {
    /**
     * The default: numbers are the same when they are mathematically. {@code 1 = 1.0 = 1e0} and {@code -0 = 0}, while {@code 9007199254740993} and
     * {@code 9007199254740992} stay two.
     */
    EXACT(1) {
        @Override
        String number(JsonNode number) {
            return exact(number);
        }
    },

    /**
     * RFC 8785 (JCS) byte for byte: numbers are rounded to IEEE 754 doubles, so that integers beyond 2<sup>53</sup> may become the same. A number beyond
     * the largest double, for which the standard has no form, is written as in {@link #EXACT}.
     */
    RFC8785(2) {
        @Override
        String number(JsonNode number) {
            BigDecimal value = number.decimalValue();
            return EcmaScriptNumber.canHold(value) ? EcmaScriptNumber.format(value) : exact(number);
        }
    },

    /** Numbers are the same when they were sent as the same text: {@code 1}, {@code 1.0} and {@code 1e0} are three. */
    TEXT(3) {
        @Override
        String number(JsonNode number) {
            if (number instanceof SentNumber sent) {
                return sent.text();
            }
            return number.isIntegralNumber()
                    ? number.asText()
                    : number.decimalValue().toPlainString();
        }
    };

    private static final int LARGEST_EXPONENT = 100_000;

    private final short version;

    CanonicalForm(int version) {
        this.version = (short) version;
    }

    /** Goes with every stored fingerprint, so that a form can change without mixing with what was stored before. */
    public short version() {
        return version;
    }

    /**
     * The canonical bytes, UTF-8.
     *
     * @throws IllegalArgumentException for what JSON has no canonical form of: NaN, lone surrogates, more than 1,000 levels. Nothing of the kind comes out of a {@link RecordParser}
     */
    public byte[] canonical(JsonNode value) {
        CanonicalWriter writer = new CanonicalWriter();
        writer.write(this, value);
        return Arrays.copyOf(writer.bytes(), writer.length());
    }

    /** The number's canonical text. */
    abstract String number(JsonNode number);

    private static String exact(JsonNode number) {
        if (number.isIntegralNumber()) {
            return number.asText();
        }
        BigDecimal value = number.decimalValue();
        if (Math.abs((long) value.scale()) > LARGEST_EXPONENT) {
            throw new IllegalArgumentException("Number " + value + " is too far from 1 to be written in full.");
        }
        String plain = value.toPlainString();
        if (value.scale() <= 0) {
            return plain;
        }
        int behind = plain.length();
        while (plain.charAt(behind - 1) == '0') {
            behind--;
        }
        return plain.substring(0, plain.charAt(behind - 1) == '.' ? behind - 1 : behind);
    }
}

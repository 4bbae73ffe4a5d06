package io.caravan.batch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;

/** Writes canonical JSON into bytes that are used again from record to record. For one thread. */
final class CanonicalWriter {
    private static final int DEEPEST = 1_000;
    private static final int KEPT = 1 << 16;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final Comparator<Map.Entry<String, JsonNode>> BY_UTF16 = Map.Entry.comparingByKey();

    private byte[] bytes = new byte[512];
    private int length;

    /** The buffer; only {@link #length()} bytes of it count. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Forgets what was written; gives back the memory that one huge record took. */
    void clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[512];
        }
    }

    void write(CanonicalForm form, JsonNode value) {
        write(form, value, 0);
    }

    private void write(CanonicalForm form, JsonNode value, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("The value is nested deeper than " + DEEPEST + ".");
        }
        switch (value.getNodeType()) {
            case OBJECT -> object(form, value, depth);
            case ARRAY -> array(form, value, depth);
            case STRING -> string(value.textValue());
            case NUMBER -> number(form, value);
            case BOOLEAN -> ascii(value.booleanValue() ? "true" : "false");
            case NULL -> ascii("null");
            default ->
                throw new IllegalArgumentException(
                        "A " + value.getClass().getName() + " is no JSON value and has no canonical form.");
        }
    }

    private void object(CanonicalForm form, JsonNode object, int depth) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Map.Entry<String, JsonNode>[] members = object.properties().toArray(new Map.Entry[0]);
        Arrays.sort(members, BY_UTF16);
        append('{');
        for (int i = 0; i < members.length; i++) {
            if (i > 0) {
                append(',');
            }
            member(form, members[i].getKey(), members[i].getValue(), depth);
        }
        append('}');
    }

    private void member(CanonicalForm form, String name, JsonNode value, int depth) {
        string(name);
        append(':');
        write(form, value, depth + 1);
    }

    private void array(CanonicalForm form, JsonNode array, int depth) {
        append('[');
        for (int i = 0; i < array.size(); i++) {
            if (i > 0) {
                append(',');
            }
            write(form, array.get(i), depth + 1);
        }
        append(']');
    }

    private void number(CanonicalForm form, JsonNode number) {
        if (number.isInt() && number.intValue() >= 0) {
            digits(number.intValue());
        } else if (number.isFloatingPointNumber() && !number.isBigDecimal() && !Double.isFinite(number.doubleValue())) {
            throw new IllegalArgumentException(number + " is no JSON number and has no canonical form.");
        } else {
            ascii(form.number(number));
        }
    }

    private void digits(int number) {
        reserve(10);
        int behind = length + (number == 0 ? 1 : (int) Math.log10(number) + 1);
        int rest = number;
        for (int at = behind - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length = behind;
    }

    void string(String text) {
        reserve(text.length() + 2);
        bytes[length++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
                append(c);
            } else if (c < 0x80) {
                escaped(c);
            } else if (c < 0x800) {
                append(0xC0 | (c >> 6));
                append(0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                append(0xE0 | (c >> 12));
                append(0x80 | ((c >> 6) & 0x3F));
                append(0x80 | (c & 0x3F));
            } else {
                pair(text, i++);
            }
        }
        append('"');
    }

    private void pair(String text, int at) {
        int codePoint = text.codePointAt(at);
        if (codePoint <= Character.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "A text with the lone surrogate \\u%04x has no canonical form.".formatted(codePoint));
        }
        append(0xF0 | (codePoint >> 18));
        append(0x80 | ((codePoint >> 12) & 0x3F));
        append(0x80 | ((codePoint >> 6) & 0x3F));
        append(0x80 | (codePoint & 0x3F));
    }

    /** RFC 8785, section 3.2.2.2: the short escape where there is one, lower-case hex for other controls, DEL as it is. */
    private void escaped(char c) {
        switch (c) {
            case '"' -> ascii("\\\"");
            case '\\' -> ascii("\\\\");
            case '\b' -> ascii("\\b");
            case '\t' -> ascii("\\t");
            case '\n' -> ascii("\\n");
            case '\f' -> ascii("\\f");
            case '\r' -> ascii("\\r");
            case 0x7F -> append(c);
            default -> {
                ascii("\\u00");
                append(HEX[c >> 4]);
                append(HEX[c & 0xF]);
            }
        }
    }

    void ascii(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    void append(int b) {
        reserve(1);
        bytes[length++] = (byte) b;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}

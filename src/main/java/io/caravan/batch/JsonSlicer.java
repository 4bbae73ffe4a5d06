package io.caravan.batch;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds where values begin and end in JSON bytes without reading what is in them: only brackets, quotes, commas and colons are looked at, so that a
 * value that is wrong inside can be cut out whole. Needs no stack for depth. For one thread.
 */
final class JsonSlicer {
    /** Takes the bytes of one element: {@code [from, to)}. */
    interface Slice {
        void at(int from, int to);
    }

    private final byte[] text;
    private int at;

    JsonSlicer(byte[] text) {
        this.text = text;
    }

    /** True when the text is one value and nothing else, as far as brackets and quotes tell. */
    static boolean isOneValue(byte[] text) {
        JsonSlicer slicer = new JsonSlicer(text);
        try {
            slicer.skipValue();
        } catch (DefectException e) {
            return false;
        }
        return trim(text, slicer.at, text.length).length == 0;
    }

    /** The place of the next byte to be read. */
    int position() {
        return at;
    }

    /** Moves to the value at {@code pointer}, looked up from here; false when there is none (the position is then undefined). */
    boolean find(JsonPointer pointer) throws DefectException {
        JsonPointer rest = pointer;
        while (!rest.matches()) {
            boolean found = switch (peek()) {
                case '{' -> findMember(rest.getMatchingProperty());
                case '[' -> findElement(rest.getMatchingIndex());
                default -> false;
            };
            if (!found) {
                return false;
            }
            rest = rest.tail();
        }
        return true;
    }

    private boolean findMember(String name) throws DefectException {
        at++;
        while (peek() == '"') {
            int from = at;
            skipString();
            boolean wanted = isName(from, at, name);
            expect(':');
            if (wanted) {
                return true;
            }
            skipValue();
            if (peek() != ',') {
                return false;
            }
            at++;
        }
        return false;
    }

    private boolean isName(int from, int to, String name) throws DefectException {
        byte[] quoted = Arrays.copyOfRange(text, from, to);
        return RecordParser.STRICT.value(quoted).asText().equals(name);
    }

    private boolean findElement(int index) throws DefectException {
        at++;
        for (int left = index; left > 0 && peek() != ']'; left--) {
            skipValue();
            if (peek() != ',') {
                return false;
            }
            at++;
        }
        return index >= 0 && peek() != ']';
    }

    /** Hands over each element of the array that begins here and moves behind the array. */
    void elements(Slice slice) throws DefectException {
        expect('[');
        if (peek() == ']') {
            at++;
            return;
        }
        while (true) {
            peek();
            int from = at;
            skipValue();
            slice.at(from, at);
            byte next = peek();
            if (next == ']') {
                at++;
                return;
            }
            expect(',');
        }
    }

    /** The next byte that is no white space, not yet read. */
    byte peek() throws DefectException {
        while (at < text.length && isBlank(text[at])) {
            at++;
        }
        if (at == text.length) {
            throw new DefectException("not JSON: it ends too early, after " + at + " bytes");
        }
        return text[at];
    }

    private void expect(char wanted) throws DefectException {
        if (peek() != wanted) {
            throw unexpected("'" + wanted + "'");
        }
        at++;
    }

    private void skipValue() throws DefectException {
        switch (peek()) {
            case '{', '[' -> skipNested();
            case '"' -> skipString();
            default -> skipWord();
        }
    }

    private void skipNested() throws DefectException {
        BitSet objects = new BitSet();
        int depth = 0;
        do {
            switch (peek()) {
                case '{' -> objects.set(depth++);
                case '[' -> objects.clear(depth++);
                case '}' -> requirePair(objects.get(--depth));
                case ']' -> requirePair(!objects.get(--depth));
                case '"' -> {
                    skipString();
                    at--;
                }
                case '\\' -> throw unexpected("no backslash outside a string");
                default -> {}
            }
            at++;
        } while (depth > 0);
    }

    private void requirePair(boolean pairs) throws DefectException {
        if (!pairs) {
            throw unexpected("the other bracket");
        }
    }

    private void skipString() throws DefectException {
        int opening = at++;
        while (at < text.length && text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        if (at >= text.length) {
            throw new DefectException("not JSON: the string that begins at byte " + (opening + 1) + " does not end");
        }
        at++;
    }

    private void skipWord() throws DefectException {
        int from = at;
        while (at < text.length && !isBlank(text[at]) && ",:{}[]\"\\".indexOf(text[at]) < 0) {
            at++;
        }
        if (at == from) {
            throw unexpected("a value");
        }
    }

    private DefectException unexpected(String wanted) {
        int c = text[at] & 0xFF;
        String found = c > ' ' && c < 0x7F ? "'" + (char) c + "'" : "0x%02x".formatted(c);
        return new DefectException("not JSON: %s at byte %d where %s should be".formatted(found, at + 1, wanted));
    }

    /** The bytes {@code [from, to)} without the white space around them. */
    static byte[] trim(byte[] text, int from, int to) {
        int first = from;
        int behind = to;
        while (first < behind && isBlank(text[first])) {
            first++;
        }
        while (behind > first && isBlank(text[behind - 1])) {
            behind--;
        }
        return Arrays.copyOfRange(text, first, behind);
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}

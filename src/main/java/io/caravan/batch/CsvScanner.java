package io.caravan.batch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fields of one CSV row (RFC 4180): a field in quotes may hold delimiters, line ends and doubled quotes; a quote inside an unquoted field is
 * just a character. For one thread.
 */
final class CsvScanner {
    private final ByteWindow window;
    private final char delimiter;
    private final int longest;

    private int[] from = new int[16];
    private int[] to = new int[16];
    private boolean[] doubled = new boolean[16];
    private int count;
    private int at;
    private @Nullable String defect;

    CsvScanner(ByteWindow window, char delimiter, int longest) {
        this.window = window;
        this.delimiter = delimiter;
        this.longest = longest;
    }

    /** Looks at the row that begins here without taking it. */
    void scan() throws IOException {
        count = 0;
        at = 0;
        defect = null;
        field();
        while (defect == null && window.at(at) == delimiter) {
            at++;
            field();
        }
        if (defect != null) {
            at = window.untilLineEnd(at, longest + 1);
        }
    }

    private void field() throws IOException {
        if (window.at(at) == '"') {
            quoted();
        } else {
            plain();
        }
    }

    private void plain() throws IOException {
        int first = at;
        while (!endsField(window.at(at)) && at <= longest) {
            at++;
        }
        add(first, at, false);
    }

    private void quoted() throws IOException {
        int first = ++at;
        boolean hasDoubled = false;
        for (int c = window.at(at); c != '"' || window.at(at + 1) == '"'; c = window.at(at)) {
            if (c < 0 || at > longest) {
                neverClosed(c < 0);
                return;
            }
            hasDoubled |= c == '"';
            at += c == '"' ? 2 : 1;
        }
        add(first, at, hasDoubled);
        at++;
        if (!endsField(window.at(at))) {
            defect = "text follows the closing quote of field " + count;
        }
    }

    /** Whatever the quote swallowed may be good rows, so that only the line on which it was opened is given up. */
    private void neverClosed(boolean ended) {
        String where = "the quote opened in field " + (count + 1);
        defect = where + (ended ? " is never closed" : " is not closed within %,d bytes".formatted(longest));
        at = 0;
    }

    private void add(int first, int behind, boolean hasDoubled) {
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
            doubled = Arrays.copyOf(doubled, 2 * count);
        }
        from[count] = first;
        to[count] = behind;
        doubled[count] = hasDoubled;
        count++;
    }

    private boolean endsField(int c) {
        return c == delimiter || ByteWindow.isLineEnd(c);
    }

    /** How many fields the row has, if it has no {@link #defect()}. */
    int count() {
        return count;
    }

    /** How many bytes the row takes without its line end. */
    int length() {
        return at;
    }

    /** Why the row cannot be read, or null. */
    @Nullable
    String defect() {
        return defect;
    }

    /** The text of a field; valid until the window is asked for more. */
    String field(int index) {
        String text =
                new String(window.bytes(), window.index(from[index]), to[index] - from[index], StandardCharsets.UTF_8);
        return doubled[index] ? text.replace("\"\"", "\"") : text;
    }
}

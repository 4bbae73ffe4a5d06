package io.caravan.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows of CSV as objects of texts by the header's names. Blank lines are no rows. */
final class CsvRows implements Rows {
    private final ByteWindow window;
    private final CsvScanner scanner;
    private final int longest;
    private final List<String> columns;
    private final CanonicalWriter json = new CanonicalWriter();

    CsvRows(ByteWindow window, ReaderOptions options) throws IOException, BadPageException {
        this.window = window;
        this.scanner = new CsvScanner(window, options.delimiter(), options.longestRecord());
        this.longest = options.longestRecord();
        window.skipByteOrderMark();
        this.columns = options.columns().isEmpty() ? header() : options.columns();
        refuseTwins(columns);
    }

    private List<String> header() throws IOException, BadPageException {
        if (!findRow()) {
            return List.of();
        }
        String defect = scanner.length() > longest ? "too long" : defect();
        if (defect != null) {
            throw new BadPageException("the header of the CSV file cannot be read: " + defect);
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < scanner.count(); i++) {
            names.add(scanner.field(i));
        }
        takeRow();
        return names;
    }

    private static void refuseTwins(List<String> names) throws BadPageException {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new BadPageException("the header of the CSV file names column '" + Shown.brief(name) + "' twice");
            }
        }
    }

    @Override
    public @Nullable RawRecord next() throws IOException {
        if (!findRow()) {
            return null;
        }
        long line = window.line();
        if (scanner.length() > longest) {
            return TooLong.take(window, line, longest);
        }
        String defect = defect();
        if (defect == null && scanner.count() != columns.size()) {
            defect = "%d fields where the header names %d".formatted(scanner.count(), columns.size());
        }
        return defect == null ? good(line) : RawRecord.defective(takeRow(), line, defect);
    }

    /** Moves over blank lines to the next row and looks at it; false at the end. */
    private boolean findRow() throws IOException {
        while (window.at(0) >= 0) {
            scanner.scan();
            if (scanner.length() > 0) {
                return true;
            }
            takeRow();
        }
        return false;
    }

    private @Nullable String defect() {
        if (scanner.defect() != null) {
            return scanner.defect();
        }
        int first = window.index(0);
        int behind = window.index(scanner.length());
        int invalid = Utf8.firstInvalid(window.bytes(), first, behind);
        if (invalid >= 0) {
            return "not valid UTF-8 at byte " + (invalid - first + 1);
        }
        for (int at = first; at < behind; at++) {
            if (window.bytes()[at] == 0) {
                return "\\u0000 at byte " + (at - first + 1);
            }
        }
        return null;
    }

    private RawRecord good(long line) throws IOException {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        json.clear();
        for (int i = 0; i < columns.size(); i++) {
            String field = scanner.field(i);
            value.put(columns.get(i), field);
            json.append(i == 0 ? '{' : ',');
            json.string(columns.get(i));
            json.append(':');
            json.string(field);
        }
        json.append('}');
        takeRow();
        return RawRecord.good(Arrays.copyOf(json.bytes(), json.length()), line, value);
    }

    private byte[] takeRow() throws IOException {
        byte[] text = window.copy(0, scanner.length());
        window.consume(scanner.length() + window.lineEndLength(scanner.length()));
        return text;
    }
}

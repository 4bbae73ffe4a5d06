package io.caravan.watch.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The cells of a text file, whatever separates them: comma, semicolon, tab or bar; quoted or not; with or without byte order mark.
 *
 * @param rows those of the usual width, blank ones left out
 * @param odd rows of another width, blank ones left out
 */
record CsvTable(Path file, char separator, List<Row> rows, int width, List<Row> odd) {
    private static final char[] SEPARATORS = {',', ';', '\t', '|'};
    private static final int SAMPLE = 500;

    /**
     * One row.
     *
     * @param line where it begins in the file, from 1
     */
    record Row(int line, List<String> cells) {
        String cell(int column) {
            return cells.get(column);
        }

        boolean isBlank() {
            return cells.stream().allMatch(String::isEmpty);
        }
    }

    static CsvTable read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        refuseCompressed(file, bytes);
        String text = text(bytes);
        char separator = separator(text);
        List<Row> all = rows(text, separator, Integer.MAX_VALUE);
        int width = commonWidth(all);
        Map<Boolean, List<Row>> usual = all.stream()
                .filter(row -> !row.isBlank())
                .collect(Collectors.partitioningBy(row -> row.cells().size() == width));
        return new CsvTable(
                file, separator, usual.getOrDefault(true, List.of()), width, usual.getOrDefault(false, List.of()));
    }

    private static void refuseCompressed(Path file, byte[] bytes) {
        if (bytes.length > 1 && bytes[0] == 0x1F && bytes[1] == (byte) 0x8B) {
            throw new CountsFileException(file + " is compressed. Unpack it first: gunzip -k " + file);
        }
        if (bytes.length > 3 && bytes[0] == 'P' && bytes[1] == 'K' && bytes[2] == 3 && bytes[3] == 4) {
            throw new CountsFileException(
                    file + " is an archive or a spreadsheet. Unpack it first, or save the sheet as CSV.");
        }
    }

    private static String text(byte[] bytes) {
        boolean wide = bytes.length > 1
                && ((bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF)
                        || (bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE));
        if (wide) {
            return new String(bytes, StandardCharsets.UTF_16);
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** The one that gives most cells in the rows of the commonest width. */
    private static char separator(String text) {
        char best = ',';
        long most = 0;
        for (char candidate : SEPARATORS) {
            List<Row> sample = rows(text, candidate, SAMPLE);
            int width = commonWidth(sample);
            long cells = width < 2
                    ? 0
                    : width
                            * sample.stream()
                                    .filter(row -> row.cells().size() == width)
                                    .count();
            if (cells > most) {
                most = cells;
                best = candidate;
            }
        }
        return best;
    }

    private static int commonWidth(List<Row> rows) {
        Map<Integer, Integer> widths = new HashMap<>();
        rows.stream()
                .filter(row -> !row.isBlank())
                .forEach(row -> widths.merge(row.cells().size(), 1, Integer::sum));
        return widths.entrySet().stream()
                .max(Map.Entry.<Integer, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(0);
    }

    private static List<Row> rows(String text, char separator, int most) {
        List<Row> rows = new ArrayList<>();
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        int line = 1;
        int rowLine = 1;
        for (int i = 0; i < text.length() && rows.size() < most; i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line++;
            }
            if (quoted) {
                if (c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    cell.append(c);
                    i++;
                } else if (c == '"') {
                    quoted = false;
                } else {
                    cell.append(c);
                }
            } else if (c == '"' && cell.toString().isBlank()) {
                cell.setLength(0);
                quoted = true;
            } else if (c == separator) {
                cells.add(take(cell));
            } else if (c == '\n') {
                cells.add(take(cell));
                rows.add(new Row(rowLine, List.copyOf(cells)));
                cells.clear();
                rowLine = line;
            } else if (c != '\r') {
                cell.append(c);
            }
        }
        if (rows.size() < most && (!cells.isEmpty() || !cell.toString().isBlank())) {
            cells.add(take(cell));
            rows.add(new Row(rowLine, List.copyOf(cells)));
        }
        return rows;
    }

    private static String take(StringBuilder cell) {
        String text = cell.toString().strip();
        cell.setLength(0);
        return text;
    }

    /** For messages. */
    String separatorName() {
        return switch (separator) {
            case ';' -> "semicolons";
            case '\t' -> "tabs";
            case '|' -> "bars";
            default -> "commas";
        };
    }
}

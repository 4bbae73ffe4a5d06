package io.caravan.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text under headings, each column as wide as its widest cell. */
final class Table {
    private static final int GAP = 2;

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        rows.add(List.of(headings));
    }

    Table(List<String> headings) {
        rows.add(List.copyOf(headings));
    }

    void row(String... cells) {
        row(List.of(cells));
    }

    /** As many cells as there are headings. */
    void row(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    void print(PrintWriter out) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + GAP));
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }
}

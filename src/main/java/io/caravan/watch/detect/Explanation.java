package io.caravan.watch.detect;

import java.util.List;

/**
 * A verdict in words: one sentence for a message, and rows for a table.
 *
 * @param sentence ends with a full stop
 */
public record Explanation(String sentence, List<Row> rows) {

    /** One line of the table. */
    public record Row(String label, String value) {}

    public Explanation {
        rows = List.copyOf(rows);
    }
}

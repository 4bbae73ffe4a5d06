package io.caravan.load;

import java.util.Locale;

/** How a file's records are written. */
public enum LoadFormat {
    /** As its name's ending or content type says. The default. */
    auto,
    /** RFC 4180 with a header; each row is an object of texts. */
    csv,
    /** One JSON object a line. */
    ndjson,
    /** One JSON array, or one object; read as a whole. */
    json;

    /** The format of a file by name and content type; {@link #json} where neither tells. */
    LoadFormat of(String name, String contentType) {
        if (this != auto) {
            return this;
        }
        String ending = name.toLowerCase(Locale.ROOT);
        String type = contentType.toLowerCase(Locale.ROOT);
        if (ending.endsWith(".csv") || type.startsWith("text/csv")) {
            return csv;
        }
        boolean lines = ending.endsWith(".ndjson")
                || ending.endsWith(".jsonl")
                || type.startsWith("application/x-ndjson")
                || type.startsWith("application/jsonl");
        return lines ? ndjson : json;
    }
}

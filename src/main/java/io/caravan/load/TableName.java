package io.caravan.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A table as an endpoint names it: {@code telematics.packet}, {@code packet} (looked up along the search path), or with
 * SQL's double quotes where a name has capitals, dots or blanks: {@code "My Fleet"."Packet.v2"}.
 *
 * @param schema absent: the first schema of the search path that has the table
 */
record TableName(@Nullable String schema, String table) {

    /**
     * Reads a name as SQL would: folded to lower case outside of quotes.
     *
     * @throws IllegalArgumentException when it has no table, or more parts than schema and table
     */
    static TableName parse(String text) {
        List<String> parts = parts(text);
        if (parts.size() > 2 || parts.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' names no table. Write schema.table; put a part that has capitals, dots or blanks in double quotes");
        }
        return parts.size() == 1 ? new TableName(null, parts.get(0)) : new TableName(parts.get(0), parts.get(1));
    }

    /** Quoted, for SQL. */
    String sql() {
        return schema == null ? Sql.name(table) : Sql.name(schema) + "." + Sql.name(table);
    }

    /** For people and logs: quoted only where SQL would need it. */
    @Override
    public String toString() {
        return schema == null ? plain(table) : plain(schema) + "." + plain(table);
    }

    private static String plain(String part) {
        return part.matches("[a-z_][a-z0-9_$]*") ? part : Sql.name(part);
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' && quoted && at + 1 < text.length() && text.charAt(at + 1) == '"') {
                part.append('"');
                at++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '.' && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(quoted ? String.valueOf(c) : String.valueOf(c).toLowerCase(Locale.ROOT));
            }
        }
        parts.add(part.toString());
        return parts;
    }
}

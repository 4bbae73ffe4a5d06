package io.caravan.load;

/** Names and literals of a catalog as parts of a statement: whatever they contain, they stay data. */
final class Sql {
    private Sql() {}

    /** {@code packet} as {@code "packet"}, quotes inside doubled. */
    static String name(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** {@code it's} as {@code 'it''s'}; a backslash is an ordinary character (standard_conforming_strings is on). */
    static String literal(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }

    /**
     * An expression that PostgreSQL printed, fit for a prepared statement: a {@code ?} outside of quotes is an operator
     * (jsonb has three of them) and is doubled, so that JDBC doesn't take it for a parameter.
     */
    static String expression(String printed) {
        StringBuilder safe = new StringBuilder(printed.length() + 8);
        char quote = 0;
        for (int at = 0; at < printed.length(); at++) {
            char c = printed.charAt(at);
            if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && c == '?') {
                safe.append('?');
            }
            safe.append(c);
        }
        return safe.toString();
    }
}

package io.caravan.alert.routing;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A condition on a label, written as Prometheus' Alertmanager does: {@code severity=critical}, {@code tenant!=acme}, {@code fleet=~"acme/.*"}, {@code cause!~holiday|maintenance}. A pattern
 * must match the whole value; a label that is absent has the empty value.
 */
public record Matcher(String label, Operator operator, String value, Pattern pattern) {
    private static final Pattern TEXT =
            Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*(=~|!~|!=|=)\\s*(.*?)\\s*", Pattern.DOTALL);

    /** How the value is compared. */
    public enum Operator {
        EQUAL("="),
        NOT_EQUAL("!="),
        MATCHES("=~"),
        MATCHES_NOT("!~");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        static Operator of(String sign) {
            for (Operator operator : values()) {
                if (operator.sign.equals(sign)) {
                    return operator;
                }
            }
            throw new IllegalArgumentException("'" + sign + "' is no operator");
        }
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException telling how to write it
     */
    public static Matcher parse(String text) {
        java.util.regex.Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is no condition; write it such as severity=critical, tenant!=acme or fleet=~\"acme/.*\"");
        }
        Operator operator = Operator.of(parts.group(2));
        String value = unquoted(parts.group(3));
        return new Matcher(parts.group(1), operator, value, pattern(text, operator, value));
    }

    /** That a label has this value, whatever stands in it. */
    static Matcher equal(String label, String value) {
        return new Matcher(label, Operator.EQUAL, value, Pattern.compile(value, Pattern.LITERAL));
    }

    private static Pattern pattern(String text, Operator operator, String value) {
        boolean literal = operator == Operator.EQUAL || operator == Operator.NOT_EQUAL;
        try {
            return Pattern.compile(value, literal ? Pattern.LITERAL : Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' holds no regular expression (" + e.getDescription() + "); mend it", e);
        }
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    public boolean matches(Map<String, String> labels) {
        boolean same = pattern.matcher(labels.getOrDefault(label, "")).matches();
        return same == (operator == Operator.EQUAL || operator == Operator.MATCHES);
    }

    /** As it is written. */
    @Override
    public String toString() {
        return label + operator.sign + (value.matches("[\\w./-]+") ? value : "\"" + value + "\"");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Matcher matcher && toString().equals(matcher.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }
}

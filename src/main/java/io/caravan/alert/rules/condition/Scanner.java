package io.caravan.alert.rules.condition;

import io.caravan.alert.rules.condition.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes a condition's text apart. */
final class Scanner {
    private static final Pattern TOKEN = Pattern.compile("""
            \\s*(?:\
            (?<text>'(?:[^']|'')*'|"[^"]*")\
            |(?<duration>(?:\\d+(?:min|ms|[dhms]))+(?![\\w.]))\
            |(?<number>\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d{1,3})?(?![\\w.]))\
            |(?<word>[A-Za-z_]\\w*(?:\\.\\w+)*)\
            |(?<pointer>/[^\\s()<>=!,\\[\\]+*]+)\
            |(?<sign><=|>=|==|!=|&&|\\|\\||[-+*/%()\\[\\],<>=!])\
            |(?<other>\\S+))""");

    private final String text;

    private Scanner(String text) {
        this.text = text;
    }

    static List<Token> scan(String text) {
        return new Scanner(text).tokens();
    }

    private List<Token> tokens() {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int at = 0;
        while (matcher.find(at)) {
            Token token = token(matcher);
            at = matcher.end();
            if (token.kind() == Kind.POINTER && isBehindOperand(tokens)) {
                token = new Token(Kind.SIGN, "/");
                at = matcher.start("pointer") + 1;
            }
            tokens.add(token);
        }
        tokens.add(new Token(Kind.END, "the end"));
        return tokens;
    }

    /** Behind a value, a slash divides. */
    private static boolean isBehindOperand(List<Token> tokens) {
        if (tokens.isEmpty()) {
            return false;
        }
        Token last = tokens.get(tokens.size() - 1);
        return switch (last.kind()) {
            case NUMBER, POINTER, TEXT, DURATION -> true;
            case WORD -> !ConditionParser.KEYWORDS.contains(last.text());
            case SIGN -> last.text().equals(")");
            case END -> false;
        };
    }

    private static Token token(Matcher matcher) {
        String quoted = matcher.group("text");
        if (quoted != null) {
            String inner = quoted.substring(1, quoted.length() - 1);
            return new Token(Kind.TEXT, quoted.startsWith("'") ? inner.replace("''", "'") : inner);
        }
        if (matcher.group("other") != null) {
            throw new IllegalArgumentException(
                    matcher.group("other").startsWith("'")
                                    || matcher.group("other").startsWith("\"")
                            ? "the text that begins with " + matcher.group("other") + " has no end; close its quote"
                            : matcher.group("other")
                                    + " can't be read; texts stand in quotes, and fields with other characters are written as /a-b");
        }
        for (Kind kind : List.of(Kind.DURATION, Kind.NUMBER, Kind.WORD, Kind.POINTER, Kind.SIGN)) {
            String found = matcher.group(kind.name().toLowerCase(java.util.Locale.ROOT));
            if (found != null) {
                return new Token(kind, found);
            }
        }
        throw new IllegalStateException("The scanner knows no such group in " + matcher.group());
    }
}

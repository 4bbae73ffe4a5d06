package io.caravan.alert.rules.condition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.alert.rules.condition.Condition.And;
import io.caravan.alert.rules.condition.Condition.Comparison;
import io.caravan.alert.rules.condition.Condition.Membership;
import io.caravan.alert.rules.condition.Condition.Or;
import io.caravan.alert.rules.condition.Condition.Presence;
import io.caravan.alert.rules.condition.Operand.Arithmetic;
import io.caravan.alert.rules.condition.Operand.Literal;
import io.caravan.alert.rules.condition.Operand.Past;
import io.caravan.alert.rules.condition.Operand.Present;
import io.caravan.alert.rules.condition.Token.Kind;
import io.caravan.calendar.Durations;
import io.caravan.routes.DidYouMean;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads conditions such as {@code status == 'off' and data.power > 50}, by recursive descent:
 *
 * <pre>
 * either   := all ("or" all)*
 * all      := one ("and" one)*
 * one      := "not" one | sum [("<" | "<=" | ">" | ">=" | "==" | "!=" | "contains") sum
 *                              | ["not"] "in" "[" literal ("," literal)* "]" | "is" ("absent" | "present")]
 * sum      := product (("+" | "-") product)*
 * product  := value (("*" | "/" | "%") value)*
 * value    := "-" value | number ["per" duration] | text | "true" | "false" | path | pointer | function "(" path ")" | "(" either ")"
 * </pre>
 *
 * One reader for one text; not thread-safe.
 */
public final class ConditionParser {
    static final Set<String> KEYWORDS =
            Set.of("and", "or", "not", "in", "is", "absent", "present", "true", "false", "per", "contains");

    private static final int DEEPEST = 50;

    private static final Map<String, String> FOREIGN = Map.of("&&", "and", "||", "or", "!", "not", "=", "==");

    private final List<Token> tokens;
    private final Fields fields;
    private int at;
    private int depth;

    private ConditionParser(List<Token> tokens, Fields fields) {
        this.tokens = tokens;
        this.fields = fields;
    }

    /**
     * Reads a condition.
     *
     * @param fields given those that it asks for
     * @throws IllegalArgumentException whose message quotes the condition first and tells the cure after the first semicolon
     */
    public static Condition parse(String text, Fields fields) {
        try {
            ConditionParser parser = new ConditionParser(Scanner.scan(text), fields);
            Condition condition = condition(parser.either());
            parser.expectEnd();
            return condition;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text.strip().lines().findFirst().orElse("") + "' is no condition: " + e.getMessage(), e);
        }
    }

    /** In parentheses may stand a condition or a value, which shows only at their end. */
    private record Part(Optional<Condition> condition, Optional<Operand> operand) {
        static Part of(Condition condition) {
            return new Part(Optional.of(condition), Optional.empty());
        }

        static Part of(Operand operand) {
            return new Part(Optional.empty(), Optional.of(operand));
        }
    }

    private Part either() {
        return joined("or", this::all, Or::new);
    }

    private Part all() {
        return joined("and", this::one, And::new);
    }

    /** Makes one condition of several. */
    private interface Joining {
        Condition of(List<Condition> parts);
    }

    private Part joined(String word, Supplier<Part> part, Joining joining) {
        Part first = part.get();
        if (!peek().isWord(word)) {
            return first;
        }
        List<Condition> parts = new ArrayList<>(List.of(condition(first)));
        while (accept(Kind.WORD, word)) {
            parts.add(condition(part.get()));
        }
        return Part.of(joining.of(parts));
    }

    private Part one() {
        if (accept(Kind.WORD, "not")) {
            return Part.of(condition(deeper(this::one)).negated());
        }
        Part left = sum();
        Optional<Operator> operator = operator();
        if (operator.isPresent()) {
            next();
            return Part.of(new Comparison(operator.get(), operand(left), operand(sum())));
        }
        if (accept(Kind.WORD, "is")) {
            return Part.of(presence(operand(left)));
        }
        boolean without = peek().isWord("not") && tokens.get(at + 1).isWord("in");
        if (without) {
            next();
        }
        return accept(Kind.WORD, "in") ? Part.of(new Membership(operand(left), list(), !without)) : left;
    }

    private Optional<Operator> operator() {
        return Arrays.stream(Operator.values())
                .filter(each -> peek().isSign(each.sign()) || peek().isWord(each.sign()))
                .findFirst();
    }

    private Condition presence(Operand operand) {
        boolean not = accept(Kind.WORD, "not");
        if (accept(Kind.WORD, "absent")) {
            return new Presence(operand, not);
        }
        if (accept(Kind.WORD, "present")) {
            return new Presence(operand, !not);
        }
        throw new IllegalArgumentException(
                "'is' is followed by " + peek().text() + "; write `is absent` or `is present`, and == to compare");
    }

    private List<JsonNode> list() {
        expect("[");
        List<JsonNode> values = new ArrayList<>();
        do {
            if (!(operand(value()) instanceof Literal literal)) {
                throw new IllegalArgumentException(
                        "a list holds more than numbers, texts, true and false; compare fields with == instead");
            }
            values.add(literal.constant());
        } while (accept(Kind.SIGN, ","));
        expect("]");
        return values;
    }

    private Part sum() {
        return computed("+-", () -> computed("*/%", this::value));
    }

    private Part computed(String signs, Supplier<Part> part) {
        Part left = part.get();
        while (peek().kind() == Kind.SIGN && signs.contains(peek().text())) {
            char sign = next().text().charAt(0);
            left = Part.of(new Arithmetic(sign, operand(left), operand(part.get())));
        }
        return left;
    }

    private Part value() {
        Token token = next();
        return switch (token.kind()) {
            case NUMBER -> Part.of(number(new BigDecimal(token.text())));
            case TEXT -> Part.of(new Literal(TextNode.valueOf(token.text())));
            case POINTER -> Part.of(new Present(fields.named(token.text())));
            case WORD -> Part.of(word(token.text()));
            case SIGN -> signed(token);
            case DURATION ->
                throw new IllegalArgumentException(
                        token.text() + " stands where a value should; a time only follows `per`, as in 5 per 1m");
            case END -> throw new IllegalArgumentException("it ends where a value should stand; complete it");
        };
    }

    private Part signed(Token token) {
        if (token.isSign("-")) {
            Operand operand = operand(deeper(this::value));
            BigDecimal constant =
                    operand instanceof Literal literal && literal.constant().isNumber()
                            ? literal.constant().decimalValue()
                            : null;
            return Part.of(
                    constant == null
                            ? new Arithmetic('-', new Literal(DecimalNode.ZERO), operand)
                            : new Literal(DecimalNode.valueOf(constant.negate())));
        }
        if (token.isSign("(")) {
            Part inner = deeper(this::either);
            expect(")");
            return inner;
        }
        throw new IllegalArgumentException(unexpected(token));
    }

    private Part deeper(Supplier<Part> part) {
        if (depth >= DEEPEST) {
            throw new IllegalArgumentException("it is nested more than " + DEEPEST + " deep; make several rules of it");
        }
        depth++;
        try {
            return part.get();
        } finally {
            depth--;
        }
    }

    private Operand number(BigDecimal number) {
        if (!accept(Kind.WORD, "per")) {
            return new Literal(DecimalNode.valueOf(number));
        }
        Token time = next();
        Duration duration =
                time.kind() == Kind.DURATION ? Durations.parse(time.text()).orElse(Duration.ZERO) : Duration.ZERO;
        if (duration.isZero()) {
            throw new IllegalArgumentException(
                    "`per` is followed by " + time.text() + ", which is no time; write such as 5 per 1m");
        }
        return new Literal(DecimalNode.valueOf(number.divide(Operand.seconds(duration), Operand.DIGITS)));
    }

    private Operand word(String word) {
        if (word.equals("true") || word.equals("false")) {
            return new Literal(BooleanNode.valueOf(word.equals("true")));
        }
        if (KEYWORDS.contains(word)) {
            throw new IllegalArgumentException(
                    word + " stands where a value should; a field of that name is written as /" + word);
        }
        if (!peek().isSign("(")) {
            return new Present(fields.at(List.of(word.split("\\.", -1))));
        }
        Function function = Function.of(word)
                .orElseThrow(() -> new IllegalArgumentException(
                        word + " is no function; " + DidYouMean.cure(word, Function.words())));
        expect("(");
        Token field = next();
        if (field.kind() != Kind.WORD && field.kind() != Kind.POINTER) {
            throw new IllegalArgumentException(word + " is asked of " + field.text()
                    + ", which is no field; name one, as in " + word + "(odometer)");
        }
        expect(")");
        return new Past(function, fields.named(field.text()));
    }

    /** A field by itself stands for its being true. */
    private static Condition condition(Part part) {
        return part.condition().orElseGet(() -> {
            Operand operand = part.operand().orElseThrow();
            if (!canBeTrue(operand)) {
                throw new IllegalArgumentException(
                        "a value stands where a condition should; compare it with something, such as > 0");
            }
            return new Comparison(Operator.EQUAL, operand, new Literal(BooleanNode.TRUE));
        });
    }

    private static boolean canBeTrue(Operand operand) {
        if (operand instanceof Literal literal) {
            return literal.constant().isBoolean();
        }
        if (operand instanceof Past past) {
            return past.function() == Function.LAST || past.function() == Function.PREVIOUS;
        }
        return operand instanceof Present;
    }

    private static Operand operand(Part part) {
        return part.operand()
                .orElseThrow(() -> new IllegalArgumentException(
                        "a condition stands where a value should; put each comparison of its own between and/or"));
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token next() {
        Token token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    private boolean accept(Kind kind, String text) {
        boolean found = peek().is(kind, text);
        if (found) {
            next();
        }
        return found;
    }

    private void expect(String sign) {
        Token token = next();
        if (!token.isSign(sign)) {
            throw new IllegalArgumentException(sign + " is missing before " + token.text()
                    + "; each ( and [ is closed, and between values stands a sign");
        }
    }

    private void expectEnd() {
        if (peek().kind() != Kind.END) {
            throw new IllegalArgumentException(unexpected(peek()));
        }
    }

    private static String unexpected(Token token) {
        String meant = FOREIGN.get(token.text());
        if (token.kind() == Kind.SIGN && meant != null) {
            return token.text() + " is no sign here; write `" + meant + "`";
        }
        return token.text() + " can't stand there; "
                + (token.kind() == Kind.WORD
                        ? DidYouMean.cure(token.text(), KEYWORDS)
                        : "write it as docs/stream-rules.md says");
    }
}

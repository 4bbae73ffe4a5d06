package io.caravan.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Reads one record strictly: RFC 8259 in UTF-8 and nothing behind it, and of I-JSON (RFC 7493) what keeps data whole: no duplicate names, no lone
 * surrogates. {@code \u0000}, which PostgreSQL cannot store, and what is beyond the {@link Limits} are refused too. Whatever the bytes, the answer is a
 * {@link RawRecord}: good, or defective with a reason. Immutable and safe for all threads.
 */
public final class RecordParser {
    /** With {@link Limits#DEFAULT}. */
    public static final RecordParser STRICT = new RecordParser(Limits.DEFAULT);

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Limits limits;
    private final JsonFactory json;

    public RecordParser(Limits limits) {
        this.limits = limits;
        this.json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.depth() + 1)
                        .maxNumberLength(limits.digits() + 1)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
    }

    /** Reads a record that stands alone. */
    public RawRecord parse(byte[] text) {
        return parse(text, 1);
    }

    /**
     * Reads a record.
     *
     * @param text the record and nothing else; kept, not copied
     * @param number its {@linkplain RawRecord#number() place} in what it came from
     */
    public RawRecord parse(byte[] text, long number) {
        try {
            return RawRecord.good(text, number, object(value(text)));
        } catch (DefectException e) {
            return RawRecord.defective(text, number, e.reason());
        }
    }

    /** A record made from a {@link Map}, a {@link JsonNode} or another thing that Jackson writes as an object; checked like one that was received. */
    RawRecord record(Object content, long number) {
        return parse(JsonText.write(content), number);
    }

    private static ObjectNode object(JsonNode value) throws DefectException {
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw new DefectException("a record must be an object, this is "
                + switch (value.getNodeType()) {
                    case ARRAY -> "an array";
                    case STRING -> "a string";
                    case NUMBER -> "a number";
                    case BOOLEAN -> "a boolean";
                    default -> "null";
                });
    }

    /** Reads any JSON value as strictly as a record. */
    JsonNode value(byte[] text) throws DefectException {
        refuseOtherEncodings(text);
        try (JsonParser parser = json.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new DefectException("not JSON: empty");
            }
            JsonNode value = value(parser, first, 1);
            if (parser.nextToken() != null) {
                throw new DefectException("not JSON: something follows the value at byte " + offset(parser));
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new DefectException(reason(e));
        } catch (IOException e) {
            throw new DefectException("not JSON: " + e.getMessage());
        }
    }

    /** A NUL byte is never JSON, and without one nothing can look like UTF-16 or UTF-32 to Jackson, which would guess. */
    private static void refuseOtherEncodings(byte[] text) throws DefectException {
        int invalid = Utf8.firstInvalid(text, 0, text.length);
        if (invalid >= 0) {
            throw new DefectException("not valid UTF-8 at byte " + (invalid + 1));
        }
        if (JsonPage.byteOrderMarkLength(text) > 0) { // Jackson would skip it, PostgreSQL would not
            throw new DefectException("not JSON: it begins with a byte order mark");
        }
        for (int at = 0; at < Math.min(4, text.length); at++) {
            if (text[at] == 0) {
                throw new DefectException("not JSON: NUL byte at byte " + (at + 1));
            }
        }
    }

    private JsonNode value(JsonParser parser, JsonToken token, int depth) throws IOException, DefectException {
        return switch (token) {
            case START_OBJECT -> object(parser, depth);
            case START_ARRAY -> array(parser, depth);
            case VALUE_STRING -> NODES.textNode(checked(parser.getText(), parser));
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> decimal(parser);
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new DefectException("not JSON: unexpected " + token + " at byte " + offset(parser));
        };
    }

    private ObjectNode object(JsonParser parser, int depth) throws IOException, DefectException {
        refuseDeeperThanLimit(depth);
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            String checkedName = checked(name, parser);
            JsonNode value = value(parser, parser.nextToken(), depth + 1);
            if (object.replace(checkedName, value) != null) {
                throw new DefectException("member name '" + Shown.brief(checkedName) + "' stands twice");
            }
        }
        return object;
    }

    private ArrayNode array(JsonParser parser, int depth) throws IOException, DefectException {
        refuseDeeperThanLimit(depth);
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(parser, token, depth + 1));
        }
        return array;
    }

    private void refuseDeeperThanLimit(int depth) throws DefectException {
        if (depth > limits.depth()) {
            throw new DefectException("nested deeper than " + limits.depth());
        }
    }

    private static String checked(String text, JsonParser parser) throws DefectException {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == 0) {
                throw new DefectException("\\u0000 " + where(parser));
            }
            if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && at + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(at + 1));
                if (!paired) {
                    throw new DefectException("lone surrogate \\u%04x %s".formatted((int) c, where(parser)));
                }
                at++;
            }
        }
        return text;
    }

    private JsonNode integer(JsonParser parser) throws IOException, DefectException {
        int length = parser.getTextLength();
        refuseLongerThanLimit(length, parser);
        if (length > 18) {
            return NODES.numberNode(parser.getBigIntegerValue());
        }
        long value = parser.getLongValue();
        if (value == 0 && length > 1) {
            return new SentNumber(BigDecimal.ZERO, parser.getText());
        }
        int narrow = (int) value;
        return narrow == value ? NODES.numberNode(narrow) : NODES.numberNode(value);
    }

    private JsonNode decimal(JsonParser parser) throws IOException, DefectException {
        int length = parser.getTextLength();
        refuseLongerThanLimit(length, parser);
        BigDecimal value;
        try {
            value = new BigDecimal(parser.getTextCharacters(), parser.getTextOffset(), length);
        } catch (NumberFormatException e) { // the exponent does not fit an int
            throw tooFar(parser);
        }
        long firstDigit = (long) value.precision() - value.scale() - 1;
        if (Math.abs(firstDigit) > limits.exponent()) {
            throw tooFar(parser);
        }
        return notationIsPlain(parser) ? DecimalNode.valueOf(value) : new SentNumber(value, parser.getText());
    }

    private void refuseLongerThanLimit(int length, JsonParser parser) throws DefectException {
        if (length > limits.digits()) {
            throw new DefectException(
                    "number of %d digits, more than %d, %s".formatted(length, limits.digits(), where(parser)));
        }
    }

    private DefectException tooFar(JsonParser parser) throws IOException {
        return new DefectException("number %s is beyond 1e±%d, %s"
                .formatted(Shown.brief(parser.getText()), limits.exponent(), where(parser)));
    }

    /** True when {@link BigDecimal#toPlainString()} gives the text back as sent: no exponent, no minus before a zero. */
    private static boolean notationIsPlain(JsonParser parser) throws IOException {
        char[] characters = parser.getTextCharacters();
        int from = parser.getTextOffset();
        boolean zero = true;
        for (int at = from; at < from + parser.getTextLength(); at++) {
            char c = characters[at];
            if (c == 'e' || c == 'E') {
                return false;
            }
            zero &= c < '1';
        }
        return !zero || characters[from] != '-';
    }

    private static String where(JsonParser parser) {
        String path = parser.getParsingContext().pathAsPointer().toString();
        return "at " + (path.isEmpty() ? "the root" : Shown.brief(path));
    }

    private static long offset(JsonParser parser) {
        return parser.currentTokenLocation().getByteOffset() + 1;
    }

    /** Jackson's own words without its advice to switch strictness off. */
    private static String reason(JsonProcessingException e) {
        String message = Shown.brief(e.getOriginalMessage().replaceFirst(": enable `.*", ""));
        return e.getLocation() == null
                ? "not JSON: " + message
                : "not JSON: %s near byte %d".formatted(message, e.getLocation().getByteOffset());
    }
}

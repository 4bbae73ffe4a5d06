package io.caravan.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as the text that PostgreSQL reads into a column. Only what JSON and SQL see differently is decided here; whether
 * the text is a value of the type is PostgreSQL's to say.
 *
 * @param epoch what a number means for a point in time
 * @param textual values come from a file of text (CSV): an empty one is NULL, and text for a json column is JSON
 */
record ColumnText(Epoch epoch, boolean textual) {
    private static final int ISO_DATE_LENGTH = 10;
    private static final Pattern RELATIVE_TO_TODAY =
            Pattern.compile("\\b(now|today|tomorrow|yesterday)\\b", Pattern.CASE_INSENSITIVE);

    @Nullable
    String of(JsonNode value, Column column) throws Misfit {
        if (value.isNull() || (textual && value.isTextual() && value.textValue().isEmpty())) {
            return null;
        }
        return text(value, column, column.kind());
    }

    private String text(JsonNode value, Column column, ColumnKind kind) throws Misfit {
        return switch (kind) {
            case JSON -> textual && value.isTextual() ? value.textValue() : value.toString();
            case ARRAY -> array(value, column);
            default -> scalar(value, column, kind);
        };
    }

    private String scalar(JsonNode value, Column column, ColumnKind kind) throws Misfit {
        if (value.isContainerNode()) {
            throw new Misfit(
                    Reason.nested,
                    "%s is %s, which a column of type %s can't hold; map a part of it (map=%s:/…) or give it a jsonb column"
                            .formatted(
                                    column.name(),
                                    value.isArray() ? "an array" : "an object",
                                    column.type(),
                                    column.name()));
        }
        return switch (kind) {
            case INTEGER -> value.isNumber() ? integer(value, column) : value.asText();
            case MOMENT -> moment(value, column);
            case DURATION -> value.isNumber() ? refuseNumber(value, column) : value.asText();
            default -> value.isNumber() ? number(value) : value.asText();
        };
    }

    /** 1.0 and 1e3 are integers, as they are in JSON; 1.5 is none, and PostgreSQL would round it if asked to cast. */
    private static String integer(JsonNode value, Column column) throws Misfit {
        if (value.isIntegralNumber()) {
            return value.asText();
        }
        BigDecimal exact = value.decimalValue().stripTrailingZeros();
        if (exact.scale() > 0) {
            throw new Misfit(
                    Reason.type,
                    "%s is %s, which is no integer (%s)"
                            .formatted(column.name(), exact.toPlainString(), column.type()));
        }
        return exact.toPlainString();
    }

    private static String number(JsonNode value) {
        return value.isIntegralNumber() ? value.asText() : value.decimalValue().toPlainString();
    }

    private String moment(JsonNode value, Column column) throws Misfit {
        if (value.isNumber()) {
            return epoch == Epoch.none ? refuseNumber(value, column) : moment(value.decimalValue(), column);
        }
        String text = value.asText();
        boolean bareNumber = epoch != Epoch.none && text.matches("-?[0-9]+(\\.[0-9]+)?");
        return bareNumber ? moment(new BigDecimal(text), column) : absolute(text, column);
    }

    /** PostgreSQL takes {@code yesterday} for a date; in a record it is nobody's date, and another one at each replay. */
    private static String absolute(String text, Column column) throws Misfit {
        boolean isIso = text.length() >= ISO_DATE_LENGTH && text.charAt(4) == '-';
        if (!isIso && RELATIVE_TO_TODAY.matcher(text).find()) {
            throw new Misfit(
                    Reason.type,
                    "%s is '%s', which means another time each time it is read; send the time itself"
                            .formatted(column.name(), text));
        }
        return text;
    }

    private String moment(BigDecimal number, Column column) throws Misfit {
        try {
            return epoch.moment(number).toString();
        } catch (DateTimeException e) {
            throw new Misfit(Reason.type, column.name() + ": " + e.getMessage());
        }
    }

    private static String refuseNumber(JsonNode value, Column column) throws Misfit {
        String cure = column.kind() == ColumnKind.MOMENT
                ? "say what it counts with epoch=seconds, epoch=millis or map=%s:…@millis".formatted(column.name())
                : "send it as text with its unit";
        throw new Misfit(
                Reason.number_for_time,
                "%s is the number %s, which is no %s; %s".formatted(column.name(), number(value), column.type(), cure));
    }

    /** A JSON array as PostgreSQL writes arrays; text is taken to be written so already. */
    private String array(JsonNode value, Column column) throws Misfit {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (!value.isArray()) {
            throw new Misfit(
                    value.isObject() ? Reason.nested : Reason.type,
                    "%s is %s, which is no array (%s)".formatted(column.name(), shown(value), column.type()));
        }
        StringBuilder literal = new StringBuilder("{");
        for (JsonNode element : value) {
            if (literal.length() > 1) {
                literal.append(',');
            }
            literal.append(element(element, column));
        }
        return literal.append('}').toString();
    }

    private String element(JsonNode element, Column column) throws Misfit {
        if (element.isNull()) {
            return "NULL";
        }
        if (element.isArray() && column.elementKind() != ColumnKind.JSON) {
            return array(element, column);
        }
        String text = text(element, column, column.elementKind());
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }
}

package io.caravan.batch;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the time that a record bears: ISO 8601, or a number since 1970. Immutable.
 *
 * @param zone of times that name no offset
 * @param unit what a number counts
 */
public record RecordTime(ZoneId zone, Unit unit) {
    /** Times without an offset are UTC's, numbers are told apart by their size. */
    public static final RecordTime UTC = new RecordTime(ZoneOffset.UTC, Unit.auto);

    /** What a number counts since 1970-01-01 00:00 UTC, fractions included. */
    public enum Unit {
        /** Seconds, milli-, micro- or nanoseconds, told apart by size: seconds below 10^11 (the year 5138), and so on in steps of a thousand. */
        auto,
        seconds,
        millis
    }

    private static final BigDecimal SECONDS_BELOW = BigDecimal.TEN.pow(11);
    private static final BigDecimal LATEST_SECOND = BigDecimal.TEN.pow(11);
    private static final String PLAIN = "0000-00-00T00:00:00";
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,19}(\\.\\d{1,9})?");
    private static final Pattern ENDS_WITH_OFFSET = Pattern.compile("T.*(Z|z|[+-]\\d{2}(:?\\d{2})?)$");

    /** By {@link #UTC}. */
    public static Optional<Instant> of(JsonNode value) {
        return UTC.read(value);
    }

    /** By {@link #UTC}. */
    public static Optional<Instant> of(String text) {
        return UTC.read(text);
    }

    /** Empty when the value is no time. */
    public Optional<Instant> read(JsonNode value) {
        if (value.isNumber()) {
            return ofNumber(value.decimalValue());
        }
        return value.isTextual() ? read(value.asText()) : Optional.empty();
    }

    /** Empty when the text is no time. */
    public Optional<Instant> read(String text) {
        String time = text.strip();
        try {
            if (isInstant(time)) {
                return Optional.of(instant(time));
            }
            if (NUMBER.matcher(time).matches()) {
                return ofNumber(new BigDecimal(time));
            }
            String iso = time.replace(' ', 'T');
            return Optional.of(
                    ENDS_WITH_OFFSET.matcher(iso).find()
                            ? OffsetDateTime.parse(iso).toInstant()
                            : LocalDateTime.parse(iso).atZone(zone).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Whether it is written as nearly all providers do, {@code 2026-01-31T12:00:00[.123]Z}: that is read without a formatter, which costs a microsecond a record. */
    private static boolean isInstant(String text) {
        int end = text.length() - 1;
        if (end < PLAIN.length() || end > PLAIN.length() + 10 || text.charAt(end) != 'Z') {
            return false;
        }
        for (int at = 0; at < end; at++) {
            char shape = at < PLAIN.length() ? PLAIN.charAt(at) : at == PLAIN.length() ? '.' : '0';
            char c = text.charAt(at);
            if (shape == '0' ? c < '0' || c > '9' : c != shape) {
                return false;
            }
        }
        return end != PLAIN.length() + 1;
    }

    private static Instant instant(String text) {
        LocalDateTime seconds = LocalDateTime.of(
                digits(text, 0, 4),
                digits(text, 5, 7),
                digits(text, 8, 10),
                digits(text, 11, 13),
                digits(text, 14, 16),
                digits(text, 17, 19));
        int end = text.length() - 1;
        int nanos = end == PLAIN.length() ? 0 : digits(text, PLAIN.length() + 1, end);
        for (int places = end - PLAIN.length() - 1; nanos != 0 && places < 9; places++) {
            nanos *= 10;
        }
        return Instant.ofEpochSecond(seconds.toEpochSecond(ZoneOffset.UTC), nanos);
    }

    /** The number that digits from 0 to 9, at most nine, make. {@code Integer.parseInt} looks for the digits of all scripts, which was an eighth of reading a record. */
    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int at = from; at < to; at++) {
            number = 10 * number + (text.charAt(at) - '0');
        }
        return number;
    }

    private Optional<Instant> ofNumber(BigDecimal number) {
        BigDecimal seconds = switch (unit) {
            case auto -> bySize(number);
            case seconds -> number;
            case millis -> number.movePointLeft(3);
        };
        if (seconds.abs().compareTo(LATEST_SECOND) >= 0) {
            return Optional.empty();
        }
        BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
        return Optional.of(Instant.ofEpochSecond(
                whole.longValueExact(),
                seconds.subtract(whole).movePointRight(9).longValue()));
    }

    private static BigDecimal bySize(BigDecimal number) {
        BigDecimal seconds = number;
        for (int thousands = 0; thousands < 3 && seconds.abs().compareTo(SECONDS_BELOW) >= 0; thousands++) {
            seconds = seconds.movePointLeft(3);
        }
        return seconds;
    }
}

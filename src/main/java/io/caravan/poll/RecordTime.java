package io.caravan.poll;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Reads the time that a record bears: ISO 8601 (UTC where it names no offset), or a number since 1970 in seconds, milli-, micro- or nanoseconds, told apart by
 * its size: seconds below 10^11 (the year 5138), and so on in steps of a thousand.
 */
final class RecordTime {
    private static final BigDecimal SECONDS_BELOW = BigDecimal.TEN.pow(11);
    private static final BigDecimal LATEST_SECOND = BigDecimal.TEN.pow(11);

    private RecordTime() {}

    static Optional<Instant> of(JsonNode value) {
        if (value.isNumber()) {
            return ofNumber(value.decimalValue());
        }
        return value.isTextual() ? of(value.asText()) : Optional.empty();
    }

    static Optional<Instant> of(String text) {
        String time = text.strip();
        try {
            if (time.matches("[+-]?\\d{1,19}(\\.\\d{1,9})?")) {
                return ofNumber(new BigDecimal(time));
            }
            String iso = time.replace(' ', 'T');
            boolean offset = iso.matches(".*(Z|z|[+-]\\d{2}(:?\\d{2})?)")
                    && iso.indexOf('T') > 0
                    && !iso.substring(iso.indexOf('T')).matches("T[^Zz+-]*");
            return Optional.of(
                    offset
                            ? OffsetDateTime.parse(iso).toInstant()
                            : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> ofNumber(BigDecimal number) {
        BigDecimal seconds = number;
        for (int thousands = 0; thousands < 3 && seconds.abs().compareTo(SECONDS_BELOW) >= 0; thousands++) {
            seconds = seconds.movePointLeft(3);
        }
        if (seconds.abs().compareTo(LATEST_SECOND) >= 0) {
            return Optional.empty();
        }
        BigDecimal whole = seconds.setScale(0, java.math.RoundingMode.FLOOR);
        return Optional.of(Instant.ofEpochSecond(
                whole.longValueExact(),
                seconds.subtract(whole).movePointRight(9).longValue()));
    }
}

package io.caravan.alert;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** How long a service asks to be left alone: seconds, with a fraction or without, or the date until when (RFC 9110, 10.2.3). */
final class RetryAfter {
    private RetryAfter() {}

    /** Empty: it says nothing that can be read. */
    static Optional<Duration> parse(String value, Instant now) {
        if (value.matches("\\d{1,9}(\\.\\d+)?")) {
            return Optional.of(Duration.ofMillis(Math.round(Double.parseDouble(value) * 1000)));
        }
        try {
            return value.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            Duration.between(now, ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}

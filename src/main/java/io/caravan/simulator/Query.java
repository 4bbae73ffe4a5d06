package io.caravan.simulator;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The parameters of a call; a value that cannot be read is a {@link BadRequestException}. */
record Query(Map<String, String> parameters) {
    Optional<String> text(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }

    long number(String name, long absent) {
        try {
            return text(name).map(Long::parseLong).orElse(absent);
        } catch (NumberFormatException e) {
            throw new BadRequestException(name + " is '" + parameters.get(name) + "'; it must be a whole number.", e);
        }
    }

    /** ISO 8601, or seconds since 1970 with or without a fraction. */
    Optional<Instant> time(String name) {
        try {
            return text(name).map(Query::instant);
        } catch (DateTimeException | NumberFormatException e) {
            throw new BadRequestException(
                    name + " is '" + parameters.get(name) + "'; it must be like 2026-03-01T12:00:00Z or epoch seconds.",
                    e);
        }
    }

    private static Instant instant(String text) {
        return text.contains("T")
                ? Instant.parse(text)
                : Instant.ofEpochMilli(
                        new java.math.BigDecimal(text).movePointRight(3).longValue());
    }

    /** Answered as 400 with this message. */
    static final class BadRequestException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String message;

        BadRequestException(String message) {
            super(message);
            this.message = message;
        }

        BadRequestException(String message, Throwable cause) {
            super(message, cause);
            this.message = message;
        }

        String message() {
            return message;
        }
    }
}

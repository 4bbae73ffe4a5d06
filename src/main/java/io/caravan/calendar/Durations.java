package io.caravan.calendar;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/** How people write elapsed times: {@code 90s}, {@code 15m}, {@code 1h30m}, {@code 1d}, {@code 1d12h}, or as ISO does, {@code PT15M}. A day is 24 hours. */
public final class Durations {
    private Durations() {}

    /** Reads one; empty when it can't be read. */
    public static Optional<Duration> parse(String text) {
        try {
            return Optional.of(Duration.parse(iso(text.strip().toLowerCase(Locale.ROOT))));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** {@code 15m} is PT15M, {@code 1d} is P1D, {@code 1d12h} is P1DT12H; ISO itself passes. */
    private static String iso(String period) {
        if (period.startsWith("p")) {
            return period;
        }
        int days = period.indexOf('d') + 1;
        String time = period.substring(days);
        return "P" + period.substring(0, days) + (time.isEmpty() ? "" : "T" + time.replace("min", "m"));
    }
}

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

    /** Writes one to about the precision that people care for: {@code 0.35s}, {@code 42s}, {@code 3m05s}, {@code 2h10m}, {@code 3d04h}. */
    public static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (duration.compareTo(Duration.ofSeconds(10)) < 0) {
            return String.format(Locale.ROOT, "%.2fs", duration.toMillis() / 1_000.0);
        } else if (seconds < 60) {
            return seconds + "s";
        } else if (seconds < 3_600) {
            return String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60);
        } else if (seconds < 86_400) {
            return String.format(Locale.ROOT, "%dh%02dm", seconds / 3_600, seconds / 60 % 60);
        }
        return String.format(Locale.ROOT, "%dd%02dh", seconds / 86_400, seconds / 3_600 % 24);
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

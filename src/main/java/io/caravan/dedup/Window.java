package io.caravan.dedup;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For how long a record is remembered, counted from when it was first seen: at exactly that moment plus the window it is forgotten. Empty means forever.
 *
 * @param length a millisecond or more
 */
public record Window(Optional<Duration> length) {
    /** Remembers everything. */
    public static final Window FOREVER = new Window(Optional.empty());

    private static final Pattern PART = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)\\s*");

    public Window {
        if (length.isPresent() && length.get().compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(
                    "A window of " + length.get() + " remembers nothing; give a millisecond or more, or forever.");
        }
    }

    /** A window of this length. */
    public static Window of(Duration length) {
        return new Window(Optional.of(length));
    }

    /** Reads {@code forever} or a duration: {@code 30m}, {@code 1h 30m}, {@code 500ms}, {@code 7d} (of 24 hours each), {@code PT30M}. */
    public static Window parse(String text) {
        return text.equalsIgnoreCase("forever") ? FOREVER : of(duration(text));
    }

    /** When something first seen then is forgotten; empty for never. */
    public Optional<Instant> endAfter(Instant firstSeen) {
        return length.map(firstSeen::plus);
    }

    static Duration duration(String text) {
        String trimmed = text.strip().toLowerCase(Locale.ROOT);
        if (trimmed.startsWith("p")) {
            return Duration.parse(trimmed);
        }
        Matcher part = PART.matcher(trimmed);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            sum = sum.plus(part(Long.parseLong(part.group(1)), part.group(2)));
            end = part.end();
        }
        if (end != trimmed.length() || trimmed.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no duration; write it as 30m, 1h30m, 500ms or 7d (or forever, for a window).");
        }
        return sum;
    }

    private static Duration part(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    @Override
    public String toString() {
        return length.map(Duration::toString).orElse("forever");
    }
}

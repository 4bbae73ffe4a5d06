package io.caravan.alert.routing;

import io.caravan.alert.Severity;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The timing of each severity. */
public record Timings(Map<Severity, Timing> bySeverity) {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final Duration FOUR_HOURS = Duration.ofHours(4);

    /** Critical at once, high after 10 s, medium after 5 minutes, low in a digest at eight in the morning; what stays open is told again after 4 hours, and what is low never. */
    public static final Timings USUAL = new Timings(Map.of(
            Severity.CRITICAL,
                    new Timing(Duration.ZERO, Duration.ofSeconds(30), Optional.of(FOUR_HOURS), Optional.empty()),
            Severity.HIGH, new Timing(Duration.ofSeconds(10), FIVE_MINUTES, Optional.of(FOUR_HOURS), Optional.empty()),
            Severity.MEDIUM, new Timing(FIVE_MINUTES, FIVE_MINUTES, Optional.of(Duration.ofDays(1)), Optional.empty()),
            Severity.LOW, new Timing(FIVE_MINUTES, Duration.ofDays(1), Optional.empty(), Optional.of("0 8 * * *"))));

    public Timings {
        bySeverity = Map.copyOf(bySeverity);
        for (Severity severity : Severity.values()) {
            if (!bySeverity.containsKey(severity)) {
                throw new IllegalArgumentException("There is no timing of " + severity.word());
            }
        }
    }

    public Timing of(Severity severity) {
        return Objects.requireNonNull(bySeverity.get(severity));
    }

    /** These, but for some severities. */
    Timings but(Map<Severity, Timing> others) {
        Map<Severity, Timing> merged = new EnumMap<>(bySeverity);
        merged.putAll(others);
        return new Timings(merged);
    }
}

package io.caravan.watch.cause;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How urgent an episode is. In order: a later one is more urgent. */
public enum Severity {
    /** For the next digest. */
    LOW,
    /** Within hours. */
    MEDIUM,
    /** Within a minute. */
    HIGH,
    /** At once, whoever is asleep. */
    CRITICAL;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Severity> of(String word) {
        return Arrays.stream(values())
                .filter(severity -> severity.word().equalsIgnoreCase(word.strip()))
                .findFirst();
    }

    public Severity orMore(Severity other) {
        return compareTo(other) >= 0 ? this : other;
    }
}

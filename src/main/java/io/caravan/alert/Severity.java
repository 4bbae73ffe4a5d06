package io.caravan.alert;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How much an incident matters, the gravest first. */
public enum Severity {
    CRITICAL,
    HIGH,
    MEDIUM,
    LOW;

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isAtLeast(Severity least) {
        return compareTo(least) <= 0;
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(Severity::word).toList();
    }

    /**
     * Reads a word.
     *
     * @throws IllegalArgumentException when there is no severity of that name
     */
    public static Severity parse(String word) {
        return Arrays.stream(values())
                .filter(severity -> severity.word().equalsIgnoreCase(word.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + word + "' is no severity; use one of " + String.join(", ", words())));
    }
}

package io.caravan.alert.routing;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a receiver may do about the incidents that it hears of. */
public enum Right {
    ACKNOWLEDGE,
    SILENCE,
    EXPECT,
    RESOLVE;

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a word.
     *
     * @throws IllegalArgumentException naming the words that there are
     */
    public static Right parse(String word) {
        return Arrays.stream(values())
                .filter(right -> right.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is nothing that one may do; use "
                        + Arrays.stream(values()).map(Right::word).collect(Collectors.joining(", "))));
    }
}

package io.caravan.alert;

import java.time.Duration;
import java.util.Optional;

/**
 * When a line that fails rests: a circuit breaker (Nygard, "Release It!", 2007). After five failures in a row it rests for 30 s; then one message is tried, and where that fails, too, it rests for twice
 * as long, at most 5 min. One that goes through ends it.
 */
final class LineRule {
    /** With so many failures in a row a line rests, or is tried by one message alone. */
    static final int RESTS_AFTER = 5;

    /** So long no other message goes while one is tried. */
    static final Duration TRIAL = Duration.ofSeconds(30);

    private static final Duration FIRST = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private LineRule() {}

    /**
     * How long the line rests now.
     *
     * @param failures in a row
     */
    static Optional<Duration> rest(int failures) {
        if (failures < RESTS_AFTER) {
            return Optional.empty();
        }
        Duration rest = FIRST.multipliedBy(1L << Math.min(failures - RESTS_AFTER, 10));
        return Optional.of(rest.compareTo(LONGEST) < 0 ? rest : LONGEST);
    }
}

package io.caravan.alert;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a message is tried again: half a ceiling of 1 s, 2 s, 4 s … at most 5 min, and as much again by chance (Brooker, "Exponential Backoff And Jitter", AWS 2015), and at least as long as
 * the service asked for.
 */
final class RetryRule {
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration LONGEST_ASKED = Duration.ofHours(1);

    private RetryRule() {}

    /** What a service asks for is heeded, but not for longer than an hour: then it may ask once more. */
    static Duration heeded(Duration asked) {
        return asked.compareTo(LONGEST_ASKED) < 0 ? asked : LONGEST_ASKED;
    }

    static Duration pause(int tries, Optional<Duration> retryAfter, RandomGenerator random) {
        long ceiling = Math.min(LONGEST.toMillis(), 1_000L << Math.min(tries, 20));
        Duration jittered = Duration.ofMillis(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
        return retryAfter.filter(asked -> asked.compareTo(jittered) > 0).orElse(jittered);
    }

    /** So long it is tried before the next receiver is told instead, or, where there is none, before it is said that nobody is reached. */
    static Duration patience(Severity severity) {
        return switch (severity) {
            case CRITICAL -> Duration.ofSeconds(15);
            case HIGH -> Duration.ofMinutes(2);
            case MEDIUM -> Duration.ofMinutes(30);
            case LOW -> Duration.ofHours(6);
        };
    }

    /** So long it is worth trying where there is nobody else to tell. */
    static Duration patienceAlone(Severity severity) {
        return severity == Severity.LOW ? Duration.ofDays(3) : Duration.ofDays(1);
    }
}

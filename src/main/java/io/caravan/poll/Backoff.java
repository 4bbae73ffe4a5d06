package io.caravan.poll;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to wait after the n-th failure in a row: doubling from {@code first} up to {@code most}, the upper half of it left to chance so that
 * streams and nodes that failed together don't return together ("equal jitter").
 *
 * @param again after the very first failure, where that is to be made sure of before one backs off
 */
record Backoff(Optional<Duration> again, Duration first, Duration most) {
    Backoff(Duration first, Duration most) {
        this(Optional.empty(), first, most);
    }

    /** Doublings beyond this don't change the answer and would overflow. */
    private static final int MOST_DOUBLINGS = 30;

    static Backoff after(ErrorKind kind) {
        return switch (kind) {
            case TIMEOUT, CONNECTION, SERVER, BAD_PAGE -> new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));
            case THROTTLED -> new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5));
            // Once more, so that a refusal is no accident; then slowly: many providers lock an account after a few
            // refused logins
            case UNAUTHORIZED ->
                new Backoff(Optional.of(Duration.ofSeconds(20)), Duration.ofMinutes(5), Duration.ofHours(1));
            case REFUSED -> new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(30));
        };
    }

    Duration wait(int failures, RandomGenerator random) {
        if (failures < 1) {
            throw new IllegalArgumentException(
                    "A backoff after " + failures + " failures makes no sense; count from 1.");
        }
        long ceiling = ceiling(failures);
        return Duration.ofMillis(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
    }

    private long ceiling(int failures) {
        if (failures == 1 && again.isPresent()) {
            return again.get().toMillis();
        }
        int doublings = failures - (again.isPresent() ? 2 : 1);
        return Math.min(most.toMillis(), first.toMillis() << Math.min(doublings, MOST_DOUBLINGS));
    }
}

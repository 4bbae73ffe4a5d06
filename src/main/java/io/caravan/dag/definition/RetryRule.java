package io.caravan.dag.definition;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** Whether and when a failed try is followed by another one. Pure but for the dice of the jitter. */
public final class RetryRule {
    private static final int LARGEST_EXPONENT = 62;

    private final Retries retries;

    public RetryRule(Retries retries) {
        this.retries = retries;
    }

    /**
     * Whether a failed task is tried again.
     *
     * @param spent how many tries have counted, this one included
     * @param types names of the failure's classes
     */
    public boolean isWorthAnother(int spent, List<String> types) {
        boolean named =
                retries.retryOn().isEmpty() || retries.retryOn().stream().anyMatch(types::contains);
        boolean excluded = retries.failOn().stream().anyMatch(types::contains);
        return spent <= retries.limit() && named && !excluded;
    }

    /** How long after the {@code spent}th try: delay * backoff^(spent - 1), no longer than the cap, less a random share. */
    public Duration delay(int spent, RandomGenerator dice) {
        double factor = Math.pow(retries.backoff(), Math.min(Math.max(0, spent - 1), LARGEST_EXPONENT));
        double millis = Math.min(
                retries.delay().toMillis() * factor, (double) retries.cap().toMillis());
        return Duration.ofMillis(Math.round(millis * (1 - retries.jitter() * dice.nextDouble())));
    }
}

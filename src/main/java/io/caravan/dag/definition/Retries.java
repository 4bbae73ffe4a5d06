package io.caravan.dag.definition;

import java.time.Duration;
import java.util.List;

/**
 * How often and when a failed task is tried again.
 *
 * @param limit how many tries follow the first; 0 or more
 * @param delay before the first of them
 * @param backoff by what the delay is multiplied each time; 1 or more
 * @param cap no delay is longer
 * @param jitter the share of a delay that is random: 0.1 means between 90 % and 100 % of it. 0 to 1
 * @param retryOn class names of exceptions (simple or qualified; a superclass matches, too) that are worth a retry; empty: all
 * @param failOn class names of exceptions that are not, even where {@code retryOn} has them
 */
public record Retries(
        int limit,
        Duration delay,
        double backoff,
        Duration cap,
        double jitter,
        List<String> retryOn,
        List<String> failOn) {
    public static final Retries NONE =
            new Retries(0, Duration.ofSeconds(30), 1, Duration.ofHours(1), 0, List.of(), List.of());

    public Retries {
        retryOn = List.copyOf(retryOn);
        failOn = List.copyOf(failOn);
    }
}

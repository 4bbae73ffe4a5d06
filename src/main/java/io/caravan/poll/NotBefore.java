package io.caravan.poll;

import io.caravan.poll.PollDecision.Reason;
import java.time.Instant;

/**
 * An obstacle to the next call: none may begin before {@code at}, because of {@code reason}. The rate limit, the {@link Budget}, a provider's
 * Retry-After and the backoff after a failure each give one.
 */
public record NotBefore(Instant at, Reason reason) {}

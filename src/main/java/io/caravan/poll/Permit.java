package io.caravan.poll;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** The answer to "may I call this provider now?". */
sealed interface Permit {

    /**
     * Yes, once, now. The call is recorded and its cost is counted already, so that a crash forgets neither.
     *
     * @param callId of the row in {@code caravan.call}
     * @param budgetLeft what is left of the day's money after this call; empty without a budget
     */
    record Granted(long callId, BigDecimal cost, Optional<BigDecimal> budgetLeft) implements Permit {}

    /** Not before {@code pause} has passed; then ask again. */
    record Refused(Duration pause, PollDecision.Reason reason) implements Permit {}
}

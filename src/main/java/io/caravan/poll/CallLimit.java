package io.caravan.poll;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/**
 * What a provider allows and costs, as {@link CallRepository} needs it.
 *
 * @param calls most calls in any {@code window}
 * @param window how long the provider looks back; a minute, except in tests
 * @param burst how many calls may follow at once before they are spread over the window
 * @param concurrent most calls under way at a time
 * @param callTimeout longest time of a whole call
 * @param costPerCall price of one call, also where there is no budget
 * @param zone in whose days the costs are added up
 */
record CallLimit(
        int calls,
        Duration window,
        int burst,
        int concurrent,
        Duration callTimeout,
        BigDecimal costPerCall,
        ZoneId zone,
        Optional<Budget> budget) {

    static CallLimit of(Provider provider, Duration window) {
        return new CallLimit(
                provider.callsPerMinute(),
                window,
                provider.burst(),
                provider.concurrentCalls(),
                provider.callTimeout(),
                provider.costPerCall(),
                provider.zone(),
                provider.budget());
    }

    /** The distance of calls that are spread evenly. */
    Duration interval() {
        return window.dividedBy(calls);
    }

    /** How far ahead of the even spread calls may run. */
    Duration lead() {
        return interval().multipliedBy(burst - 1L);
    }

    /** How many slots backfill leaves free for a live stream that suddenly needs more than it used: a tenth, at least one if there are two. */
    int reservedForLive() {
        return calls == 1 ? 0 : Math.max(1, calls / 10);
    }
}

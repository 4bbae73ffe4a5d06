package io.caravan.poll;

import java.time.Duration;

/** What a stream does next: call the provider, or wait. A value; whoever asked obeys it. */
public sealed interface PollDecision {

    /** Call now. */
    record Call() implements PollDecision {}

    /**
     * Ask again after this time.
     *
     * @param duration how long, always positive
     * @param reason what the wait is for: the last of all obstacles to fall
     * @param lateBy by how much the oldest record that waits at the provider may miss the stream's freshness when the call after this wait is
     *     answered; zero when the freshness is kept
     */
    record Wait(Duration duration, Reason reason, Duration lateBy) implements PollDecision {
        public Wait {
            if (duration.isZero() || duration.isNegative()) {
                throw new IllegalArgumentException("A wait of " + duration + " is none; decide to call instead.");
            }
        }

        /** Whether data is late and it's the money that makes it so: the provider's limit alone would have allowed a call earlier. */
        public boolean lateForWantOfBudget() {
            return reason == Reason.BUDGET && !lateBy.isZero();
        }
    }

    /** What a wait is for. */
    enum Reason {
        /** The provider's limit of calls allows none earlier. */
        RATE_LIMIT,
        /** What is left of the day's money allows none earlier. */
        BUDGET,
        /** The provider itself asked for a pause (Retry-After and the like). */
        ASKED_BY_PROVIDER,
        /** Calls failed; the next attempt comes later. */
        BACKOFF,
        /** Somebody paused the provider; resume lets it go on. */
        PAUSED,
        /** A page is expected to be full by then; an earlier call would pay for emptiness. */
        PAGE_NOT_FULL_YET,
        /** How fast records arrive isn't known well enough yet to wait for longer. */
        LEARNING,
        /** The stream has a schedule, and its next tick is still to come. */
        SCHEDULE,
        /** No page will be full in time; a record that arrived just after the last call must be fetched now to be fresh. */
        FRESHNESS
    }
}

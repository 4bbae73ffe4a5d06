package io.caravan.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * So many calls in any window of 60 seconds: a true sliding window, as strict as the strictest provider. A call that is
 * turned away does not count. Thread safe.
 */
final class CallLimit {
    static final Duration WINDOW = Duration.ofSeconds(60);

    private final int callsPerWindow;
    private final Deque<Instant> admitted = new ArrayDeque<>();

    CallLimit(int callsPerWindow) {
        this.callsPerWindow = callsPerWindow;
    }

    /** What the caller is told about the limit: also the truth for the RateLimit headers. */
    record Verdict(boolean admitted, int limit, int remaining, Duration untilNext) {}

    synchronized Verdict admit(Instant now) {
        while (!admitted.isEmpty() && !admitted.getFirst().plus(WINDOW).isAfter(now)) {
            admitted.removeFirst();
        }
        boolean free = admitted.size() < callsPerWindow;
        if (free) {
            admitted.addLast(now);
        }
        Duration untilNext = admitted.isEmpty()
                ? Duration.ZERO
                : Duration.between(now, admitted.getFirst().plus(WINDOW));
        return new Verdict(free, callsPerWindow, callsPerWindow - admitted.size(), untilNext);
    }
}

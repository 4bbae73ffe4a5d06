package io.caravan.poll;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a stream remembers of its calls: what {@link PollPlan} needs to time the next one. Immutable; every answered call gives the next
 * history. Failed calls leave it as it is.
 *
 * @param begunAt since when the stream is known; empty for streams that began before this was kept
 * @param lastCall the latest answered call, empty for a new stream
 * @param caughtUpAt when a call last left nothing behind it: all that arrived before it is fetched
 * @param recordsSince fetched by the calls after that one
 * @param callTime how long calls take
 * @param arrivals how fast records arrive
 */
public record PollHistory(
        Optional<Instant> begunAt,
        Optional<FinishedCall> lastCall,
        Optional<Instant> caughtUpAt,
        long recordsSince,
        CallTime callTime,
        ArrivalRate arrivals) {

    /** Of a stream that was never polled. */
    public static final PollHistory NONE = new PollHistory(
            Optional.empty(), Optional.empty(), Optional.empty(), 0, CallTime.UNKNOWN, ArrivalRate.UNKNOWN);

    /** Of a stream that is continued after a restart with what it had learned; its first call is due at once. */
    public static PollHistory resumed(ArrivalRate arrivals) {
        return new PollHistory(Optional.empty(), Optional.empty(), Optional.empty(), 0, CallTime.UNKNOWN, arrivals);
    }

    /** Of a stream that is new at this moment. */
    public static PollHistory begun(Instant at) {
        return new PollHistory(
                Optional.of(at), Optional.empty(), Optional.empty(), 0, CallTime.UNKNOWN, ArrivalRate.UNKNOWN);
    }

    /** When the last call began that left nothing behind it, or the stream itself; empty while more waits to be fetched. */
    public Optional<Instant> idleSince() {
        return lastCall.isEmpty()
                ? begunAt
                : lastCall.filter(call -> !call.more()).map(FinishedCall::startedAt);
    }

    /**
     * The arrival rate is observed from one call that left nothing behind to the next such call, so that a backlog, however long it takes to drain,
     * gives one true observation: all records that arrived in that time, over that time.
     */
    public PollHistory after(FinishedCall call) {
        CallTime time = callTime.after(call.took());
        long fetched = recordsSince + call.records();
        if (call.more()) {
            return new PollHistory(begunAt, Optional.of(call), caughtUpAt, fetched, time, arrivals);
        }
        ArrivalRate learned = caughtUpAt
                .map(since -> Duration.between(since, call.startedAt()))
                .filter(elapsed -> elapsed.compareTo(Duration.ZERO) > 0)
                .map(elapsed -> arrivals.observe(fetched, elapsed))
                .orElse(arrivals);
        return new PollHistory(begunAt, Optional.of(call), Optional.of(call.startedAt()), 0, time, learned);
    }

    /** How many records are expected to wait at the provider; while a backlog of unknown size is drained this is only what arrived since the last call. */
    public double expectedBacklog(Instant now) {
        return lastCall.map(call ->
                        Math.max(0, Duration.between(call.startedAt(), now).toNanos() / 1e9) * arrivals.perSecond())
                .orElse(0.0);
    }
}

package io.caravan.poll.plan;

import io.caravan.poll.ArrivalRate;
import io.caravan.poll.Budget;
import io.caravan.poll.FinishedCall;
import io.caravan.poll.NotBefore;
import io.caravan.poll.PollDecision;
import io.caravan.poll.PollDecision.Reason;
import io.caravan.poll.PollHistory;
import io.caravan.poll.PollPlan;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Plays a stream against a simulated provider, event by event: the real {@link PollPlan} decides, calls keep their distance of a minute divided by the
 * limit and are made one after another. Begins at a midnight of UTC. Not thread-safe; use one for each run.
 */
final class PlanSimulation {
    private static final Instant MIDNIGHT = Instant.EPOCH;

    private final PollPlan plan;
    private final Duration distance;
    private final Duration callTime;
    private final Optional<Budget> budget;
    private final Arrivals arrivals;

    private final List<SimulatedCall> calls = new ArrayList<>();
    private PollHistory history;
    private BigDecimal spent = BigDecimal.ZERO;
    private Instant now = MIDNIGHT;
    private long fetched;

    /**
     * @param distance the least time from one call's begin to the next
     * @param budget what the day may cost; empty when money is no object
     * @param known what the stream has learned before
     */
    PlanSimulation(
            PollPlan plan,
            Duration distance,
            Duration callTime,
            Optional<Budget> budget,
            ArrivalRate known,
            Arrivals arrivals) {
        this.plan = plan;
        this.distance = distance;
        this.callTime = callTime;
        this.budget = budget;
        this.history = PollHistory.resumed(known);
        this.arrivals = arrivals;
    }

    /**
     * A call of the simulation.
     *
     * @param start when it began, in seconds
     * @param end when its page was there
     * @param records how many it fetched
     * @param oldest when the oldest of them (or, of an empty page, the next) became available
     * @param full whether the page was full
     */
    record SimulatedCall(double start, double end, long records, double oldest, boolean full) {
        double latency() {
            return records == 0 ? 0 : end - oldest;
        }
    }

    /** Runs from {@code from}, before which nothing is polled, to {@code to}. */
    SimulatedCalls run(double from, double to) {
        now = at(from);
        while (now.isBefore(at(to))) {
            PollDecision decision = plan.next(now, history, obstacles());
            if (decision instanceof PollDecision.Wait wait) {
                now = now.plus(wait.duration());
            } else {
                call();
            }
        }
        return new SimulatedCalls(calls, arrivals, from, to);
    }

    private List<NotBefore> obstacles() {
        if (calls.isEmpty()) {
            return List.of();
        }
        Instant lastCall = history.lastCall().orElseThrow().startedAt();
        NotBefore limit = new NotBefore(lastCall.plus(distance), Reason.RATE_LIMIT);
        return budget.map(money -> List.of(limit, money.nextCall(now, spent, lastCall)))
                .orElse(List.of(limit));
    }

    private void call() {
        long waiting = arrivals.until(seconds(now)) - fetched;
        long records = Math.min(plan.pageSize(), waiting);
        boolean full = records == plan.pageSize();
        Instant end = now.plus(callTime);
        double oldest = records == 0 ? seconds(end) : arrivals.timeOf(fetched);
        calls.add(new SimulatedCall(seconds(now), seconds(end), records, oldest, full));
        history = history.after(new FinishedCall(now, callTime, records, full));
        spent = spent.add(budget.map(Budget::costPerCall).orElse(BigDecimal.ZERO));
        fetched += records;
        now = end;
    }

    private static Instant at(double seconds) {
        return MIDNIGHT.plusNanos(Math.round(seconds * 1e9));
    }

    private static double seconds(Instant instant) {
        return Duration.between(MIDNIGHT, instant).toNanos() / 1e9;
    }
}

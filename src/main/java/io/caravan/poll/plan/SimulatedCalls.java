package io.caravan.poll.plan;

import io.caravan.poll.plan.PlanSimulation.SimulatedCall;
import java.util.Arrays;
import java.util.List;

/** What a simulation tells. Seconds count from its begin. */
record SimulatedCalls(List<SimulatedCall> calls, Arrivals arrivals, double from, double to) {

    /** Records per second. */
    double throughput() {
        return calls.stream().mapToLong(SimulatedCall::records).sum() / (to - from);
    }

    /** Calls per second. */
    double pace() {
        return calls.size() / (to - from);
    }

    /** Calls per second of the second half, when the arrival rate is learned. */
    double learnedPace() {
        double learned = from + (to - from) / 2;
        return calls.stream().filter(call -> call.start() >= learned).count() / (to - learned);
    }

    /** The longest that a record waited from being available to being fetched. */
    double worstLatency() {
        return worstLatencySince(from);
    }

    double worstLatencySince(double seconds) {
        return calls.stream()
                .filter(call -> call.start() >= seconds)
                .mapToDouble(SimulatedCall::latency)
                .max()
                .orElse(0);
    }

    /** When the first call from {@code seconds} on left nothing behind. */
    double caughtUpAfter(double seconds) {
        return calls.stream()
                .filter(call -> call.start() >= seconds && !call.full())
                .mapToDouble(SimulatedCall::start)
                .findFirst()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** The age of the oldest record not yet fetched that is not exceeded in this share of the time from {@code begin} to {@code end}. */
    double ageQuantile(double share, double begin, double end) {
        double[] ages = new double[(int) Math.ceil(end - begin)];
        long fetched = 0;
        int next = 0;
        for (int i = 0; i < ages.length; i++) {
            double time = begin + i;
            while (next < calls.size() && calls.get(next).end() <= time) {
                fetched += calls.get(next++).records();
            }
            ages[i] = arrivals.until(time) > fetched ? time - arrivals.timeOf(fetched) : 0;
        }
        Arrays.sort(ages);
        return ages[(int) Math.min(ages.length - 1.0, Math.floor(share * ages.length))];
    }
}

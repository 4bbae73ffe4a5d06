package io.caravan.poll.plan;

import io.caravan.poll.ArrivalRate;
import io.caravan.poll.Budget;
import io.caravan.poll.PollPlan;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;

/** The quantities of a {@link CapacityQuestion} that its answers share, in seconds and records, and simulations of them. */
record StreamModel(CapacityQuestion question) {
    static final double DAY = 86_400;
    static final double HOUR = 3600;

    /** No simulation makes more calls than this, so that a plan takes seconds. */
    private static final double MOST_CALLS = 100_000;

    double distance() {
        return question.secondsBetweenCalls();
    }

    /** Records per second when every call gives a full page. */
    double capacity() {
        return question.page() / distance();
    }

    double rate() {
        return question.rate();
    }

    double freshness() {
        return question.freshness().toNanos() / 1e9;
    }

    double callTime() {
        return question.callTime().toNanos() / 1e9;
    }

    double costPerCall() {
        return question.costPerCall().doubleValue();
    }

    /** Whether records arrive at least as fast as they can be fetched. */
    boolean isOverloaded() {
        return rate() >= capacity();
    }

    Optional<Budget> budget() {
        return question.costPerDay().map(perDay -> new Budget(question.costPerCall(), perDay, ZoneOffset.UTC));
    }

    /** As long as wanted, or as the simulation's calls allow when they follow one another in this distance. */
    double horizon(double wanted, double secondsBetweenCalls) {
        return Math.min(wanted, MOST_CALLS * secondsBetweenCalls);
    }

    boolean canSimulate(double seconds) {
        return seconds / distance() <= MOST_CALLS;
    }

    /** The schedule as asked for. */
    PlanSimulation adaptive(Arrivals arrivals) {
        return simulation(question.freshness(), arrivals, ArrivalRate.UNKNOWN, Optional.empty());
    }

    /** The schedule of a stream that knows its mean rate already. */
    PlanSimulation learned(Arrivals arrivals) {
        ArrivalRate known = ArrivalRate.UNKNOWN.observe(Math.round(rate() * HOUR), Duration.ofHours(1));
        return simulation(question.freshness(), arrivals, known, Optional.empty());
    }

    PlanSimulation withinBudget(Arrivals arrivals) {
        return simulation(question.freshness(), arrivals, ArrivalRate.UNKNOWN, budget());
    }

    /** As many calls as the limit allows: nothing is ever fresh enough. */
    PlanSimulation fullSpeed(Arrivals arrivals) {
        return simulation(Duration.ofNanos(1), arrivals, ArrivalRate.UNKNOWN, Optional.empty());
    }

    private PlanSimulation simulation(
            Duration freshness, Arrivals arrivals, ArrivalRate known, Optional<Budget> budget) {
        Duration distance = Duration.ofNanos(Math.round(60e9 / question.callsPerMinute()));
        return new PlanSimulation(
                new PollPlan(question.page(), freshness), distance, question.callTime(), budget, known, arrivals);
    }

    static String formula(String pattern, Object... numbers) {
        return String.format(Locale.ROOT, pattern, numbers);
    }

    /** A number without a needless fraction. */
    static String number(double value) {
        String text = String.format(Locale.ROOT, "%,.4f", value);
        return text.replaceFirst("\\.?0+$", "");
    }
}

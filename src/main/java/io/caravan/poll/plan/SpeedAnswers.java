package io.caravan.poll.plan;

import static io.caravan.poll.plan.StreamModel.DAY;
import static io.caravan.poll.plan.StreamModel.HOUR;
import static io.caravan.poll.plan.StreamModel.formula;
import static io.caravan.poll.plan.StreamModel.number;

import io.caravan.poll.Budget;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** What the provider's limit allows, what the schedule needs of it, and what both cost. */
final class SpeedAnswers {
    private static final long SEED = 1;
    private static final double MOST_RANDOM_RECORDS = 2_000_000;
    private static final double FEWEST_RANDOM_CALLS = 100;

    private final StreamModel stream;
    private final CapacityQuestion question;

    SpeedAnswers(StreamModel stream) {
        this.stream = stream;
        this.question = stream.question();
    }

    List<Answer> answers() {
        List<Answer> answers = new ArrayList<>();
        SimulatedCalls saturated = saturated();
        answers.add(capacity().simulated(saturated.throughput()));
        answers.add(headroom().simulated(saturated.throughput() / stream.rate()));
        answers.addAll(calls("full", "at full speed", 1 / stream.distance(), fullFormula(), saturated.pace(), 0));
        double steady = steadyPace();
        String assumption = "records arrive evenly; every page is as full as it can be";
        answers.addAll(
                calls("adaptive", "adaptive", steady, steadyFormula(), simulatedSteadyPace(), paceBySparedRecords())
                        .stream()
                        .map(answer -> answer.assuming(assumption))
                        .toList());
        if (!stream.isOverloaded()) {
            answers.add(random());
        }
        stream.budget().ifPresent(budget -> answers.addAll(budgetAnswers(budget)));
        return answers;
    }

    private SimulatedCalls saturated() {
        return stream.fullSpeed(Arrivals.steady(stream.capacity() * 2)).run(2 * HOUR, 3 * HOUR);
    }

    private Answer capacity() {
        double capacity = stream.capacity();
        String text = stream.callTime() > 60.0 / question.callsPerMinute()
                ? formula(
                        "page / call time = %d / %s s: calls one after another stay below the limit",
                        question.page(), number(stream.callTime()))
                : formula("calls/min * page / 60 s = %d * %d / 60", question.callsPerMinute(), question.page());
        return Answer.of("capacity", "Capacity", capacity, Unit.RECORDS_PER_SECOND, text);
    }

    private Answer headroom() {
        double spare = stream.capacity() - stream.rate();
        String text = formula(
                "capacity / rate = %s / %s: %s records/s %s",
                number(stream.capacity()),
                number(stream.rate()),
                number(Math.abs(spare)),
                spare > 0 ? "to spare" : "too few, the backlog grows without end");
        return Answer.of("headroom", "Headroom", stream.capacity() / stream.rate(), Unit.TIMES, text);
    }

    private String fullFormula() {
        return formula("a call each %s s", number(stream.distance()));
    }

    /** The four questions about calls: an hour and a day, in calls and in money. */
    private List<Answer> calls(String id, String title, double pace, String why, double simulated, double spare) {
        double price = stream.costPerCall();
        List<Answer> answers = new ArrayList<>();
        answers.add(Answer.of(id + "-calls-per-minute", "Calls " + title, pace * 60, Unit.CALLS_PER_MINUTE, why)
                .simulated(simulated * 60)
                .within(spare * 60));
        answers.add(scaled(id + "-calls-per-hour", "  an hour", pace, HOUR, Unit.CALLS_PER_HOUR, simulated, spare));
        answers.add(scaled(id + "-calls-per-day", "  a day", pace, DAY, Unit.CALLS_PER_DAY, simulated, spare));
        if (price > 0) {
            answers.add(scaled(
                    id + "-cost-per-hour", "Cost " + title, pace, HOUR * price, Unit.COST_PER_HOUR, simulated, spare));
            answers.add(
                    scaled(id + "-cost-per-day", "  a day", pace, DAY * price, Unit.COST_PER_DAY, simulated, spare));
        }
        return answers;
    }

    private static Answer scaled(
            String id, String title, double pace, double factor, Unit unit, double simulated, double spare) {
        String text = formula("%s calls/s * %s", number(pace), number(factor));
        return Answer.of(id, title, pace * factor, unit, text)
                .simulated(simulated * factor)
                .within(spare * factor);
    }

    private double steadyPace() {
        return Math.min(1 / stream.distance(), Math.max(stream.rate() / question.page(), paceOfFreshness()));
    }

    private double paceOfFreshness() {
        return 1 / Math.max(stream.distance(), stream.freshness() - stream.callTime());
    }

    private String steadyFormula() {
        if (stream.isOverloaded()) {
            return "the rate exceeds the capacity: every call the limit allows";
        }
        if (paceOfFreshness() > stream.rate() / question.page()) {
            return formula(
                    "60 / (freshness - call time) = 60 / %s: no page fills in time", number(1 / paceOfFreshness()));
        }
        return formula(
                "rate * 60 / page = %s * 60 / %d: a call when a page is full", number(stream.rate()), question.page());
    }

    /** The schedule aims two records short of a full page (of a small one less), because a full one is followed by another call. */
    private double paceBySparedRecords() {
        double spared = Math.min(2, Math.max(1, question.page() / 5.0));
        double aim = Math.max(1, question.page() - spared);
        return stream.rate() / aim - stream.rate() / question.page() + 0.01 * steadyPace();
    }

    private double simulatedSteadyPace() {
        double horizon = Math.max(stream.horizon(DAY, 1 / steadyPace()), 40 * stream.freshness());
        return stream.adaptive(Arrivals.steady(stream.rate())).run(0, horizon).learnedPace();
    }

    /**
     * Pages are fetched before chance fills them. Aimed at {@code page - h}, of independent arrivals a share p of pages is full nevertheless and costs a second call.
     */
    private Answer random() {
        double page = question.page();
        double h = Math.min(Math.max(2, 2 * Math.sqrt(page)), Math.max(1, page / 5));
        double aim = Math.max(1, page - h);
        double p = Normal.above((page - 0.5 - aim) / Math.sqrt(aim));
        double byPage = stream.rate() * (1 + p) / (aim + p * stream.rate() * stream.distance());
        double pace = Math.min(1 / stream.distance(), Math.max(byPage, paceOfFreshness()));
        String text = formula(
                "rate * (1 + p) / (page - h + p * rate * %s s): h = %s spare records, full by chance p = %s",
                number(stream.distance()), number(h), number(p));
        double factor = stream.costPerCall() > 0 ? DAY * stream.costPerCall() : 60;
        Unit unit = stream.costPerCall() > 0 ? Unit.COST_PER_DAY : Unit.CALLS_PER_MINUTE;
        Answer answer = Answer.of("adaptive-random", "Adaptive, random arrivals", pace * factor, unit, text)
                .within(0.05 * pace * factor)
                .assuming(
                        "records arrive independently of one another (Poisson); 5 % tolerance, for the deviation is estimated");
        double horizon = Math.min(stream.horizon(DAY, 1 / pace), MOST_RANDOM_RECORDS / stream.rate());
        return horizon * pace < FEWEST_RANDOM_CALLS ? answer : answer.simulated(simulatedRandomPace(horizon) * factor);
    }

    private double simulatedRandomPace(double horizon) {
        Arrivals arrivals = Arrivals.random(stream.rate(), horizon, SEED);
        return stream.learned(arrivals).run(0, horizon * 0.99).learnedPace();
    }

    private List<Answer> budgetAnswers(Budget budget) {
        double paid = budget.callsLeft(BigDecimal.ZERO).doubleValue();
        double calls = Math.min(paid, DAY / stream.distance());
        double behind = Math.max(0, DAY - calls * question.page() / stream.rate());
        SimulatedCalls greedy =
                stream.withinBudget(Arrivals.steady(2 * stream.capacity())).run(0, DAY);
        SimulatedCalls usual =
                stream.withinBudget(Arrivals.steady(stream.rate())).run(0, DAY);
        return List.of(
                Answer.of(
                                "budget-calls-per-day",
                                "Budget pays for",
                                calls,
                                Unit.CALLS_PER_DAY,
                                formula(
                                        "cost/day / cost/call = %s / %s",
                                        budget.costPerDay().toPlainString(),
                                        budget.costPerCall().toPlainString()))
                        .simulated(greedy.calls().size())
                        .within(1),
                Answer.of(
                                "budget-latency",
                                "Late at day's end",
                                Math.max(behind, steadyLatency()),
                                Unit.SECONDS,
                                behind > steadyLatency()
                                        ? formula(
                                                "24 h - calls * page / rate: the budget makes data late; %s a day would do",
                                                number(neededPerDay()))
                                        : "page / rate, at most the freshness: the budget makes nothing late")
                        .simulated(usual.worstLatencySince(DAY / 2))
                        .within(stream.distance() + 4 / stream.rate()));
    }

    private double steadyLatency() {
        return Math.min(stream.freshness(), question.page() / stream.rate() + stream.callTime());
    }

    private double neededPerDay() {
        return Math.ceil(Math.min(1 / stream.distance(), steadyPace() + paceBySparedRecords()) * DAY)
                * stream.costPerCall();
    }
}

package io.caravan.poll.plan;

import static io.caravan.poll.plan.StreamModel.HOUR;
import static io.caravan.poll.plan.StreamModel.formula;
import static io.caravan.poll.plan.StreamModel.number;

import java.util.ArrayList;
import java.util.List;

/** How long records wait: at the mean, for 90 % of the time, in the worst burst, after a pause. A latency runs from a record's being available to the page's being here. */
final class LatencyAnswers {
    private final StreamModel stream;
    private final CapacityQuestion question;

    LatencyAnswers(StreamModel stream) {
        this.stream = stream;
        this.question = stream.question();
    }

    List<Answer> answers() {
        List<Answer> answers = new ArrayList<>();
        answers.add(atRate("latency-mean", "Latency at the mean", stream.rate()));
        question.rateP90().ifPresent(rate -> answers.addAll(ninetyPercent(rate)));
        question.burst().ifPresent(burst -> answers.addAll(burst(burst)));
        answers.addAll(pause());
        return answers;
    }

    private Answer atRate(String id, String title, double rate) {
        if (rate >= stream.capacity()) {
            String text = formula(
                    "rate >= capacity, %s >= %s: the backlog grows without end",
                    number(rate), number(stream.capacity()));
            return Answer.of(id, title, Double.POSITIVE_INFINITY, Unit.SECONDS, text);
        }
        double byPage = question.page() / rate + stream.callTime();
        double value = Math.max(stream.distance(), Math.min(stream.freshness(), byPage));
        String text = formula(
                "min(page / rate + call time, freshness) = min(%s s, %s s): the oldest record waits for its page",
                number(byPage), number(stream.freshness()));
        double horizon = Math.max(stream.horizon(HOUR, stream.distance()), 40 * stream.freshness());
        SimulatedCalls simulated = stream.adaptive(Arrivals.steady(rate)).run(0, horizon);
        return Answer.of(id, title, value, Unit.SECONDS, text)
                .simulated(simulated.worstLatencySince(horizon / 2))
                .within(4 / rate);
    }

    /**
     * While the rate stays at or below its 90 % quantile, and that below the capacity, the schedule keeps the freshness: at the quantile pages fill quickly, at
     * lower rates the freshness is the bound.
     */
    private List<Answer> ninetyPercent(double rate) {
        Answer atQuantile = atRate("latency-p90-rate", "Latency at the 90 % rate", rate);
        if (Double.isInfinite(atQuantile.value())) {
            return List.of(atQuantile);
        }
        double slow = Math.min(rate, 0.8 * question.page() / stream.freshness());
        Answer kept = atRate("latency-p90", "Latency kept 90 % of time", slow);
        String text = formula("max over all rates up to %s/s of min(page / rate + call time, freshness)", number(rate));
        return List.of(
                atQuantile,
                Answer.of(kept.id(), kept.title(), stream.freshness(), Unit.SECONDS, text)
                        .simulated(Math.max(
                                kept.simulated().orElseThrow(),
                                atQuantile.simulated().orElseThrow()))
                        .within(4 / slow)
                        .assuming("the other 10 % leave no backlog behind; what the worst burst leaves is below"));
    }

    /** The worst burst: after a silence, just after an empty call, all that an hour may bring comes at the highest rate. */
    private List<Answer> burst(double burst) {
        double volume = stream.rate() * HOUR;
        double lasts = volume / burst;
        if (stream.isOverloaded() || burst <= stream.capacity()) {
            String text = stream.isOverloaded()
                    ? "the rate alone exceeds the capacity"
                    : formula(
                            "burst <= capacity, %s <= %s: no backlog; the freshness holds",
                            number(burst), number(stream.capacity()));
            double value = stream.isOverloaded() ? Double.POSITIVE_INFINITY : stream.freshness();
            return List.of(Answer.of("burst-latency", "Worst latency of a burst", value, Unit.SECONDS, text));
        }
        double drain = volume / stream.capacity();
        String excess = formula("%s / %s s - %s s", number(volume), number(stream.capacity()), number(lasts));
        String assumption = formula(
                "the hour's %s records come in %s s, before and after is silence", number(volume), number(lasts));
        double full = drain - lasts + stream.callTime();
        double adaptive = drain - lasts + stream.freshness();
        List<Answer> answers = new ArrayList<>(
                List.of(
                        Answer.of(
                                        "burst-drain",
                                        "Burst fetched after",
                                        drain,
                                        Unit.SECONDS,
                                        formula(
                                                "rate * 1 h / capacity = %s / %s, at full speed from the burst's begin",
                                                number(volume), number(stream.capacity())))
                                .assuming(assumption),
                        Answer.of(
                                "burst-latency-full",
                                "Worst latency, full speed",
                                full,
                                Unit.SECONDS,
                                formula(
                                        "rate * 1 h / capacity - rate * 1 h / burst + call time = %s + %s s: how long after the burst's end its last record is fetched",
                                        excess, number(stream.callTime()))),
                        Answer.of(
                                "burst-latency",
                                "Worst latency, adaptive",
                                adaptive,
                                Unit.SECONDS,
                                formula(
                                        "that, and the freshness, because the burst may begin just after a call = %s + %s s",
                                        excess, number(stream.freshness()))),
                        Answer.of(
                                "burst-latency-p90",
                                "  for 90 % of that hour",
                                ageFor90Percent(drain, burst),
                                Unit.SECONDS,
                                "worst latency - 6 min * (1 - capacity / burst): the age of the oldest record not yet fetched, which grows until all are")));
        if (!stream.canSimulate(2 * drain + 20 * stream.freshness())) {
            return answers;
        }
        SimulatedBurst atFullSpeed = simulate(burst, volume, true);
        SimulatedBurst asPlanned = simulate(burst, volume, false);
        double resolution = 2 * stream.distance() + stream.callTime();
        List<Double> simulated = List.of(
                atFullSpeed.drained(),
                atFullSpeed.calls().worstLatency(),
                asPlanned.calls().worstLatency(),
                asPlanned.calls().ageQuantile(0.9, asPlanned.begin(), asPlanned.begin() + HOUR));
        for (int i = 0; i < simulated.size(); i++) {
            answers.set(i, answers.get(i).simulated(simulated.get(i)).within(resolution + 1));
        }
        return answers;
    }

    private double ageFor90Percent(double drain, double burst) {
        double sixMinutesBefore = Math.min(HOUR, drain + stream.freshness()) - HOUR / 10;
        if (sixMinutesBefore <= stream.freshness()) {
            return Math.max(0, sixMinutesBefore);
        }
        return stream.freshness() + (sixMinutesBefore - stream.freshness()) * (1 - stream.capacity() / burst);
    }

    private record SimulatedBurst(double begin, SimulatedCalls calls) {
        double drained() {
            return calls.caughtUpAfter(begin + 1e-3) - begin;
        }
    }

    /** A silent stream is played twice: once to learn when it is polled, then with a burst that begins just after such a call. */
    private SimulatedBurst simulate(double burst, double volume, boolean fullSpeed) {
        Arrivals silence = Arrivals.burst(0, burst, 0);
        double settled = fullSpeed ? 100 * stream.distance() : 20 * stream.freshness();
        var silent = (fullSpeed ? stream.fullSpeed(silence) : stream.adaptive(silence))
                .run(0, settled)
                .calls();
        double begin = silent.get(silent.size() - 1).start();
        Arrivals arrivals = Arrivals.burst(begin, burst, Math.round(volume));
        double end = begin + Math.max(HOUR, 2 * volume / stream.capacity());
        return new SimulatedBurst(
                begin, (fullSpeed ? stream.fullSpeed(arrivals) : stream.adaptive(arrivals)).run(0, end));
    }

    private List<Answer> pause() {
        double pause = question.pause().toNanos() / 1e9;
        double backlog = stream.rate() * pause;
        double net = stream.capacity() - stream.rate();
        double drain = stream.isOverloaded() ? Double.POSITIVE_INFINITY : backlog / net;
        Answer behind = Answer.of(
                "pause-backlog",
                "Behind after the pause",
                backlog,
                Unit.RECORDS,
                formula("rate * pause = %s * %s s", number(stream.rate()), number(pause)));
        Answer caughtUp = Answer.of(
                "pause-drain",
                "Caught up after another",
                drain,
                Unit.SECONDS,
                formula("rate * pause / (capacity - rate) = %s / %s", number(backlog), number(net)));
        if (stream.isOverloaded() || !stream.canSimulate(2 * drain + HOUR)) {
            return List.of(behind, caughtUp);
        }
        double begin = 40 * stream.freshness();
        double resume = begin + pause;
        PlanSimulation simulation = stream.adaptive(Arrivals.steady(stream.rate()));
        long before = simulation.run(0, begin).calls().stream()
                .mapToLong(PlanSimulation.SimulatedCall::records)
                .sum();
        SimulatedCalls after = simulation.run(resume, resume + 2 * drain + HOUR);
        double interval = Math.max(stream.distance(), Math.min(stream.freshness(), question.page() / stream.rate()));
        return List.of(
                behind.simulated(stream.rate() * resume - before).within(stream.rate() * interval + 2),
                caughtUp.simulated(after.caughtUpAfter(resume) - resume)
                        .within(interval * stream.rate() / net + 2 * stream.distance()));
    }
}

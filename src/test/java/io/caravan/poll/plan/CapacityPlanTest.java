package io.caravan.poll.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.caravan.poll.plan.CapacityQuestion.BufferQuestion;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityPlanTest {
    private static final double MINUTE = 60;
    private static final CapacityPlan TELEMATICS =
            CapacityPlan.of(question(100, 250, 200, 10_000, 350, "0.001", "50", 60, 0));

    @ParameterizedTest
    @CsvSource({
        "capacity, 416.667",
        "headroom, 2.0833",
        "full-calls-per-day, 144000",
        "full-cost-per-day, 144",
        "adaptive-calls-per-minute, 48",
        "adaptive-cost-per-hour, 2.88",
        "adaptive-cost-per-day, 69.12",
        "budget-calls-per-day, 50000",
        "latency-mean, 1.25",
        "latency-p90-rate, 0.7143",
        "latency-p90, 60",
        "pause-backlog, 180000",
        "buffer-peak, 480",
        "buffer-day, 2880",
        "buffer-two-days, 5760"
    })
    void theTelematicsProviderIsAnswered(String id, double value) {
        assertThat(answer(TELEMATICS, id).value()).isCloseTo(value, within(value / 10_000));
    }

    @ParameterizedTest
    @CsvSource({
        "burst-drain, 28.8",
        "burst-latency-full, 27.6",
        "burst-latency, 28.6",
        "burst-latency-p90, 22.85",
        "pause-drain, 13.846"
    })
    void itsLatenciesAreAnsweredInMinutes(String id, double minutes) {
        assertThat(answer(TELEMATICS, id).value() / MINUTE).isCloseTo(minutes, within(0.001));
    }

    @Test
    void everyAnswerIsSimulatedAndAgrees() {
        assertThat(TELEMATICS.answers()).allSatisfy(answer -> {
            assertThat(answer.simulated()).as(answer.id()).isPresent();
            assertThat(answer.isContradicted()).as(answer.toString()).isFalse();
        });
        assertThat(TELEMATICS.isConfirmed()).isTrue();
    }

    @Test
    void aContradictionIsTold() {
        Answer answer = answer(TELEMATICS, "capacity").simulated(400);
        assertThat(answer.isContradicted()).isTrue();
        assertThat(new CapacityPlan(TELEMATICS.question(), List.of(answer)).isConfirmed())
                .isFalse();
    }

    @Test
    void aBudgetThatMakesDataLateSaysSo() {
        Answer late = answer(TELEMATICS, "budget-latency");
        assertThat(late.value()).isCloseTo(86_400 - 50_000 * 250 / 200.0, within(1.0));
        assertThat(late.formula()).contains("the budget makes data late");
    }

    @Test
    void anOverloadedStreamNeverCatchesUp() {
        CapacityPlan plan = CapacityPlan.of(question(100, 250, 500, 10_000, 600, "0", null, 60, 0));
        assertThat(answer(plan, "latency-mean").value()).isInfinite();
        assertThat(answer(plan, "latency-p90-rate").value()).isInfinite();
        assertThat(answer(plan, "burst-latency").value()).isInfinite();
        assertThat(answer(plan, "pause-drain").value()).isInfinite();
        assertThat(answer(plan, "headroom").formula()).contains("too few");
        assertThat(plan.isConfirmed()).isTrue();
    }

    @Test
    void aSlowStreamIsPolledForItsFreshness() {
        CapacityPlan plan = CapacityPlan.of(question(100, 250, 0.5, 0, 0, "0.001", null, 60, 0));
        assertThat(answer(plan, "adaptive-calls-per-hour").value()).isEqualTo(60);
        assertThat(answer(plan, "latency-mean").value()).isEqualTo(60);
        assertThat(plan.isConfirmed()).isTrue();
    }

    @Test
    void slowCallsLowerTheCapacity() {
        CapacityPlan plan = CapacityPlan.of(question(100, 250, 200, 10_000, 0, "0", null, 60, 1));
        assertThat(answer(plan, "capacity").value()).isEqualTo(250);
        assertThat(answer(plan, "capacity").formula()).contains("stay below the limit");
        assertThat(plan.isConfirmed()).as(plan.toString()).isTrue();
    }

    @Test
    void aBufferWhoseInputExceedsItsOutputOverflows() {
        BufferQuestion buffer = new BufferQuestion(13, 20, 12, Duration.ofHours(1));
        assertThat(new BufferAnswers(buffer).answers())
                .extracting(Answer::value)
                .containsExactly(480.0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    @Test
    void anyQuestionsFormulasAgreeWithTheirSimulations() {
        Random random = new Random(7);
        for (int i = 0; i < 10; i++) {
            int limit = 1 + random.nextInt(600);
            int page = 20 + random.nextInt(2000);
            double capacity = limit * page / 60.0;
            double rate = capacity * (0.02 + 0.9 * random.nextDouble());
            double freshness = 5 + random.nextInt(300);
            CapacityPlan plan = CapacityPlan.of(question(
                    limit, page, rate, rate * (1.1 + random.nextInt(50)), rate / 2, "0.01", null, freshness, 0));
            assertThat(plan.answers().stream().filter(Answer::isContradicted).toList())
                    .as("contradicted answers to %s", plan.question())
                    .isEmpty();
        }
    }

    private static CapacityQuestion question(
            int limit,
            int page,
            double rate,
            double burst,
            double p90,
            String perCall,
            @Nullable String perDay,
            double freshness,
            double callTime) {
        return new CapacityQuestion(
                limit,
                page,
                rate,
                burst == 0 ? OptionalDouble.empty() : OptionalDouble.of(burst),
                p90 == 0 ? OptionalDouble.empty() : OptionalDouble.of(p90),
                new BigDecimal(perCall),
                Optional.ofNullable(perDay).map(BigDecimal::new),
                Duration.ofMillis(Math.round(freshness * 1000)),
                Duration.ofMinutes(15),
                Duration.ofMillis(Math.round(callTime * 1000)),
                Optional.of(new BufferQuestion(5, 20, 12, Duration.ofHours(1))));
    }

    private static Answer answer(CapacityPlan plan, String id) {
        return plan.answers().stream()
                .filter(answer -> answer.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}

package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArrivalRateTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");

    @Test
    void nothingObservedIsARateOfZero() {
        assertThat(ArrivalRate.UNKNOWN.perSecond()).isZero();
        assertThat(ArrivalRate.UNKNOWN.deviation(250)).isZero();
    }

    @Test
    void aSteadyStreamHasItsRateAndNoDeviation() {
        ArrivalRate steady = steady(200, 20);
        assertThat(steady.perSecond()).isEqualTo(200);
        assertThat(steady.deviation(250)).isZero();
        assertThat(steady.observations()).hasSize(12);
    }

    @Test
    void oneBurstDoesNotMoveTheRate() {
        assertThat(steady(200, 12).observe(10_000, SECOND).perSecond()).isEqualTo(200);
    }

    @Test
    void oneSilenceDoesNotMoveTheRate() {
        assertThat(steady(200, 12).observe(0, Duration.ofSeconds(60)).perSecond())
                .isEqualTo(200);
    }

    @Test
    void aLastingChangeIsLearned() {
        ArrivalRate rate = steady(200, 12);
        for (int i = 0; i < 9; i++) {
            rate = rate.observe(500, SECOND);
        }
        assertThat(rate.perSecond()).isEqualTo(500);
    }

    @Test
    void twoObservationsGiveTheirMean() {
        assertThat(ArrivalRate.UNKNOWN
                        .observe(100, SECOND)
                        .observe(600, SECOND.multipliedBy(6))
                        .perSecond())
                .isEqualTo(100);
        assertThat(ArrivalRate.UNKNOWN.observe(100, SECOND).observe(300, SECOND).perSecond())
                .isEqualTo(200);
    }

    @Test
    void independentArrivalsDeviateByTheRootOfTheirNumber() {
        ArrivalRate rate = ArrivalRate.UNKNOWN;
        for (int offset : new int[] {-15, -10, -8, -5, -2, 0, 0, 2, 5, 8, 10, 15}) {
            rate = rate.observe(100 + offset, SECOND);
        }
        assertThat(rate.deviation(400)).isCloseTo(20, within(6.0));
    }

    @Test
    void aBacklogThatWasDrainedIsOneTrueObservation() {
        PollHistory history = PollHistory.NONE.after(call(0, 3, false));
        for (int i = 0; i < 40; i++) {
            history = history.after(call(100 + i, 250, true));
        }
        history = history.after(call(200, 0, false));
        assertThat(history.arrivals().observations())
                .containsExactly(new ArrivalRate.Observation(10_000, Duration.ofSeconds(200)));
        assertThat(history.expectedBacklog(NOON.plusSeconds(210))).isEqualTo(500);
    }

    @Test
    void whatWasLearnedSurvivesARestart() {
        ArrivalRate rate = steady(200, 3).observe(7, Duration.ofNanos(123));
        assertThat(rate.toText()).isEqualTo("200@1000000000 200@1000000000 200@1000000000 7@123");
        assertThat(ArrivalRate.parse(rate.toText())).isEqualTo(rate);
        assertThat(ArrivalRate.parse("")).isEqualTo(ArrivalRate.UNKNOWN);
        assertThatThrownBy(() -> ArrivalRate.parse("nonsense"))
                .hasMessageContaining("'nonsense'")
                .hasMessageContaining("250@");
    }

    private static ArrivalRate steady(int perSecond, int times) {
        ArrivalRate rate = ArrivalRate.UNKNOWN;
        for (int i = 0; i < times; i++) {
            rate = rate.observe(perSecond, SECOND);
        }
        return rate;
    }

    private static FinishedCall call(int second, int records, boolean more) {
        return new FinishedCall(NOON.plusSeconds(second), SECOND, records, more);
    }
}

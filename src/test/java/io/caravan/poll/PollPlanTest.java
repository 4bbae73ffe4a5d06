package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.poll.PollDecision.Call;
import io.caravan.poll.PollDecision.Reason;
import io.caravan.poll.PollDecision.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PollPlanTest {
    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");
    private static final ArrivalRate TWO_HUNDRED = rate(200);

    private final PollPlan plan = new PollPlan(250, Duration.ofSeconds(60));

    @Test
    void aNewStreamCallsAtOnce() {
        assertThat(plan.next(NOON, PollHistory.NONE, List.of())).isEqualTo(new Call());
    }

    @Test
    void aFullPageIsFollowedAtOnce() {
        PollHistory history = afterPage(TWO_HUNDRED, 250, true);
        assertThat(plan.next(NOON, history, List.of())).isEqualTo(new Call());
    }

    @Test
    void aFullPageIsFollowedNoSoonerThanTheLimitAllows() {
        PollHistory history = afterPage(TWO_HUNDRED, 250, true);
        assertThat(plan.next(NOON, history, List.of(limit(600)))).isEqualTo(wait(600, Reason.RATE_LIMIT));
    }

    @Test
    void aShortPageIsFollowedWhenTheNextIsExpectedToLackTwoRecords() {
        PollHistory history = afterPage(TWO_HUNDRED, 10, false);
        assertThat(plan.next(NOON, history, List.of())).isEqualTo(wait(1240, Reason.PAGE_NOT_FULL_YET));
    }

    @Test
    void aSlowStreamIsPolledForItsFreshness() {
        PollHistory history = afterPage(rate(1), 10, false);
        assertThat(plan.next(NOON, history, List.of())).isEqualTo(wait(60_000, Reason.FRESHNESS));
    }

    @Test
    void aSilentStreamIsPolledForItsFreshness() {
        PollHistory history = afterPage(rate(0), 0, false);
        assertThat(plan.next(NOON, history, List.of())).isEqualTo(wait(60_000, Reason.FRESHNESS));
    }

    @Test
    void anUnknownRateIsLearnedByShortWaitsThatGrow() {
        PollHistory history = PollHistory.NONE;
        List<Long> waits = new ArrayList<>();
        Instant now = NOON;
        for (int call = 0; call < 6; call++) {
            history = history.after(call(now, 0, false));
            Wait wait = (Wait) plan.next(now, history, List.of());
            assertThat(wait.reason()).isEqualTo(call < 4 ? Reason.LEARNING : Reason.FRESHNESS);
            waits.add(wait.duration().toSeconds());
            now = now.plus(wait.duration());
        }
        assertThat(waits).containsExactly(1L, 1L, 2L, 4L, 60L, 60L);
    }

    @Test
    void aFastStreamIsKnownFromItsFirstObservation() {
        PollHistory history =
                PollHistory.NONE.after(call(NOON.minusSeconds(1), 10, false)).after(call(NOON, 400, false));
        assertThat(plan.next(NOON, history, List.of())).isEqualTo(wait(620, Reason.PAGE_NOT_FULL_YET));
    }

    @Test
    void learningWaitsNoLongerThanTheFreshnessAndNoShorterThanTheLimit() {
        PollHistory history = afterPage(ArrivalRate.UNKNOWN, 10, false);
        PollPlan urgent = new PollPlan(250, Duration.ofMillis(200));
        assertThat(urgent.next(NOON, history, List.of())).isEqualTo(wait(200, Reason.FRESHNESS));
        assertThat(plan.next(NOON, history, List.of(limit(2000)))).isEqualTo(wait(2000, Reason.RATE_LIMIT));
    }

    @Test
    void theWaitCountsFromTheLastCallsBeginningAndLeavesTimeForTheNext() {
        PollHistory history = PollHistory.resumed(rate(1));
        for (int i = 0; i < 60; i++) {
            history = history.after(new FinishedCall(NOON.plusSeconds(i - 59L), Duration.ofSeconds(2), 1, false));
        }
        Wait wait = (Wait) plan.next(NOON.plusSeconds(5), history, List.of());
        assertThat(wait.duration()).isCloseTo(Duration.ofSeconds(60 - 2 - 5), Duration.ofMillis(1));
    }

    @Test
    void callsThatTakeLongerThanTheFreshnessFollowOneAnother() {
        PollHistory history = PollHistory.NONE.after(new FinishedCall(NOON, Duration.ofSeconds(90), 10, false));
        assertThat(plan.next(NOON.plusSeconds(90), history, List.of())).isEqualTo(new Call());
    }

    @Test
    void randomArrivalsAreFetchedBeforeThePageIsFullByChance() {
        ArrivalRate random = ArrivalRate.UNKNOWN;
        for (int records : new int[] {200, 216, 184, 206, 191, 214, 187, 209, 196, 200}) {
            random = random.observe(records, Duration.ofSeconds(1));
        }
        Wait wait = (Wait) plan.next(NOON, afterPage(random, 10, false), List.of());
        assertThat(wait.duration()).isBetween(Duration.ofMillis(1050), Duration.ofMillis(1180));
    }

    @Test
    void wildlyDifferingArrivalsCostAFifthOfAPageAtMost() {
        ArrivalRate wild = ArrivalRate.UNKNOWN;
        for (int records : new int[] {50, 350, 60, 340, 70, 330, 80, 320, 200}) {
            wild = wild.observe(records, Duration.ofSeconds(1));
        }
        Wait wait = (Wait) plan.next(NOON, afterPage(wild, 10, false), List.of());
        assertThat(wait.duration()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theLastObstacleToFallIsTheReason() {
        PollHistory history = afterPage(TWO_HUNDRED, 250, true);
        NotBefore asked = new NotBefore(NOON.plusSeconds(7), Reason.ASKED_BY_PROVIDER);
        NotBefore backoff = new NotBefore(NOON.plusSeconds(3), Reason.BACKOFF);
        assertThat(plan.next(NOON, history, List.of(limit(600), asked, backoff)))
                .isEqualTo(wait(7000, Reason.ASKED_BY_PROVIDER));
    }

    @Test
    void anObstacleThatFallsBeforeThePageIsFullChangesNothing() {
        PollHistory history = afterPage(TWO_HUNDRED, 10, false);
        assertThat(plan.next(NOON, history, List.of(limit(600)))).isEqualTo(wait(1240, Reason.PAGE_NOT_FULL_YET));
    }

    @Test
    void aBudgetThatMakesDataLateSaysSo() {
        PollHistory history = afterPage(TWO_HUNDRED, 10, false).after(call(NOON, 250, true));
        NotBefore budget = new NotBefore(NOON.plusSeconds(90), Reason.BUDGET);
        Wait wait = (Wait) plan.next(NOON, history, List.of(limit(600), budget));
        assertThat(wait.reason()).isEqualTo(Reason.BUDGET);
        assertThat(wait.lateBy()).isEqualTo(Duration.ofSeconds(30));
        assertThat(wait.lateForWantOfBudget()).isTrue();
    }

    @Test
    void aBudgetThatOnlyCostsTimeMakesNothingLate() {
        PollHistory history = afterPage(TWO_HUNDRED, 10, false);
        NotBefore budget = new NotBefore(NOON.plusSeconds(50), Reason.BUDGET);
        Wait wait = (Wait) plan.next(NOON, history, List.of(budget));
        assertThat(wait).isEqualTo(wait(50_000, Reason.BUDGET));
        assertThat(wait.lateForWantOfBudget()).isFalse();
    }

    @Test
    void whereLimitAndBudgetFallTogetherTheLimitIsTheReason() {
        PollHistory history = afterPage(TWO_HUNDRED, 250, true);
        NotBefore budget = new NotBefore(NOON.plusMillis(600), Reason.BUDGET);
        assertThat(plan.next(NOON, history, List.of(limit(600), budget))).isEqualTo(wait(600, Reason.RATE_LIMIT));
    }

    @Test
    void aClockThatWasSetBackDelaysNoCallBeyondTheFreshness() {
        PollHistory history = afterPage(rate(1), 10, false);
        Wait wait = (Wait) plan.next(NOON.minusSeconds(3600), history, List.of());
        assertThat(wait.duration()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void senselessPlansAreRefusedWithTheCure() {
        assertThatThrownBy(() -> new PollPlan(0, Duration.ofSeconds(60)))
                .hasMessageContaining("set pageSize to 1 or more");
        assertThatThrownBy(() -> new PollPlan(250, Duration.ZERO)).hasMessageContaining("such as 60s");
    }

    private static PollHistory afterPage(ArrivalRate rate, int records, boolean more) {
        return PollHistory.resumed(rate).after(call(NOON, records, more));
    }

    private static FinishedCall call(Instant at, int records, boolean more) {
        return new FinishedCall(at, Duration.ZERO, records, more);
    }

    private static ArrivalRate rate(int perSecond) {
        return ArrivalRate.UNKNOWN.observe(perSecond * 600L, Duration.ofMinutes(10));
    }

    private static NotBefore limit(int millis) {
        return new NotBefore(NOON.plusMillis(millis), Reason.RATE_LIMIT);
    }

    private static Wait wait(int millis, Reason reason) {
        return new Wait(Duration.ofMillis(millis), reason, Duration.ZERO);
    }
}

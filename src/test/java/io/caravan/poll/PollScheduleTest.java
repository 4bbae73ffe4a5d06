package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.calendar.Schedule;
import io.caravan.poll.PollDecision.Call;
import io.caravan.poll.PollDecision.Reason;
import io.caravan.poll.PollDecision.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a stream with a schedule is called. */
class PollScheduleTest {
    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");

    private static PollPlan plan(String schedule) {
        return new PollPlan(
                250, Duration.ofSeconds(60), Optional.of(Schedule.parse(schedule, ZoneId.of("Europe/Amsterdam"))));
    }

    private static PollHistory called(Instant at, int records, boolean more) {
        return PollHistory.begun(at.minusSeconds(3_600))
                .after(new FinishedCall(at, Duration.ofSeconds(1), records, more));
    }

    private static Wait until(String at, Instant now) {
        return new Wait(Duration.between(now, Instant.parse(at)), Reason.SCHEDULE, Duration.ZERO);
    }

    /** The calls of a stream that is new at {@code from} and asked each minute; each gives a short page. */
    private static List<String> calls(PollPlan plan, String from, String to) {
        List<String> calls = new ArrayList<>();
        PollHistory history = PollHistory.begun(Instant.parse(from));
        for (Instant now = Instant.parse(from);
                now.isBefore(Instant.parse(to));
                now = now.plus(Duration.ofMinutes(1))) {
            if (plan.next(now, history, List.of()) instanceof Call) {
                calls.add(now.toString());
                history = history.after(new FinishedCall(now, Duration.ofSeconds(1), 10, false));
            }
        }
        return calls;
    }

    @Test
    void aNewStreamBeginsAtItsFirstTick() {
        PollHistory begun = PollHistory.begun(NOON);
        PollPlan plan = plan("every 15m");
        assertThat(plan.next(NOON, begun, List.of())).isEqualTo(until("2026-05-04T12:15:00Z", NOON));
        assertThat(plan.next(NOON.plusSeconds(900), begun, List.of())).isEqualTo(new Call());
    }

    @Test
    void eachTickBringsOneCallWhateverTheFreshness() {
        assertThat(calls(plan("*/20 * * * *"), "2026-05-04T12:00:00Z", "2026-05-04T13:10:00Z"))
                .containsExactly("2026-05-04T12:20:00Z", "2026-05-04T12:40:00Z", "2026-05-04T13:00:00Z");
    }

    @Test
    void aTickCountsThoughThePageIsNotFullYetAndTheFreshnessWouldAllowToWait() {
        PollHistory history = called(NOON, 1, false);
        assertThat(plan("every 10s").next(NOON.plusSeconds(10), history, List.of()))
                .isEqualTo(new Call());
    }

    @Test
    void aFullPageIsFollowedAtOnceBetweenTicks() {
        assertThat(plan("@daily").next(NOON.plusSeconds(1), called(NOON, 250, true), List.of()))
                .isEqualTo(new Call());
    }

    @Test
    void ticksDuringALongRoundAreCoveredByIt() {
        Instant ended = NOON.plus(Duration.ofMinutes(32));
        PollHistory drained = called(NOON, 250, true).after(new FinishedCall(ended, Duration.ZERO, 10, false));
        assertThat(plan("every 15m").next(ended, drained, List.of())).isEqualTo(until("2026-05-04T12:45:00Z", ended));
    }

    @Test
    void severalMissedTicksAreMadeUpByOneCall() {
        Instant back = Instant.parse("2026-05-07T09:30:00Z");
        PollPlan plan = plan("0 2 * * *");
        assertThat(plan.next(back, called(NOON, 10, false), List.of())).isEqualTo(new Call());
        assertThat(plan.next(back, called(back, 10, false), List.of())).isEqualTo(until("2026-05-08T00:00:00Z", back));
    }

    @Test
    void whatWasFollowedUpBeforeTheStopIsNotCalledForAtTheStart() {
        Instant back = NOON.plusSeconds(600);
        assertThat(plan("every 15m").next(back, called(NOON, 10, false), List.of()))
                .isEqualTo(until("2026-05-04T12:15:00Z", back));
    }

    @Test
    void inSpringATickOfTheMissingHourComesAtTheGapsEnd() {
        assertThat(calls(plan("30 2 * * *"), "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z"))
                .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
    }

    @Test
    void inAutumnAFixedTimeTicksOnceAndAnIntervalInBothHours() {
        assertThat(calls(plan("30 2 * * *"), "2026-10-24T00:00:00Z", "2026-10-27T00:00:00Z"))
                .containsExactly("2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
        assertThat(calls(plan("*/30 2 * * *"), "2026-10-25T00:00:00Z", "2026-10-25T12:00:00Z"))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z");
    }

    @Test
    void aBackoffHoldsATickUpAndSaysByHowMuchItIsLate() {
        Instant tick = NOON.plus(Duration.ofMinutes(15));
        NotBefore backoff = new NotBefore(tick.plus(Duration.ofMinutes(5)), Reason.BACKOFF);
        PollHistory history = PollHistory.begun(NOON).after(new FinishedCall(NOON, Duration.ZERO, 10, false));
        Wait wait = (Wait) plan("every 15m").next(tick, history, List.of(backoff));
        assertThat(wait).isEqualTo(new Wait(Duration.ofMinutes(5), Reason.BACKOFF, Duration.ofMinutes(4)));
    }

    @Test
    void aStreamThatIsOlderThanItsRecordOfItsBeginIsCalledAtOnce() {
        assertThat(plan("@daily").next(NOON, PollHistory.NONE, List.of())).isEqualTo(new Call());
    }

    @Test
    void theHistoryIsTheSameAfterARestart() {
        PollHistory history = called(NOON, 10, false);
        assertThat(PollHistoryJson.read(PollHistoryJson.write(history))).isEqualTo(history);
        assertThat(PollHistoryJson.read(PollHistoryJson.write(PollHistory.begun(NOON))))
                .isEqualTo(PollHistory.begun(NOON));
    }
}

package io.caravan.dag.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.OnHoliday;
import io.caravan.dag.definition.CatchUp;
import io.caravan.dag.definition.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatchUpPlanTest {
    private static final ZoneId UTC = ZoneOffset.UTC;
    private static final int LIMIT = 100;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                "catch up | last due             | start                | first seen           | now                  | to run            | next",
                // hourly; the last run was due three hours ago (as in Kestra's SchedulerScheduleTest)
                "ALL      | 2026-05-04T09:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:10:00Z | 10:00 11:00 12:00 | 13:00",
                "LAST     | 2026-05-04T09:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:10:00Z | 12:00             | 13:00",
                "NONE     | 2026-05-04T09:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:10:00Z |                   | 13:00",
                // nothing missed
                "ALL      | 2026-05-04T12:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:10:00Z |                   | 13:00",
                "LAST     | 2026-05-04T12:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:10:00Z |                   | 13:00",
                "NONE     | 2026-05-04T12:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:10:00Z |                   | 13:00",
                // on time: at the tick itself and a little after
                "ALL      | 2026-05-04T11:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:00:00Z | 12:00             | 13:00",
                "LAST     | 2026-05-04T11:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:00:00Z | 12:00             | 13:00",
                "NONE     | 2026-05-04T11:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:00:00Z | 12:00             | 13:00",
                "NONE     | 2026-05-04T11:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:00:59Z | 12:00             | 13:00",
                "NONE     | 2026-05-04T11:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:01:00Z |                   | 13:00",
                "NONE     | 2026-05-04T12:00:00Z |                      | 2026-01-01T00:00:00Z | 2026-05-04T12:00:59Z |                   | 13:00",
                // never run: from its start, which counts for the interval
                "ALL      |                      | 2026-05-04T09:00:00Z | 2026-05-04T12:10:00Z | 2026-05-04T12:10:00Z | 10:00 11:00 12:00 | 13:00",
                "ALL      |                      | 2026-05-04T08:30:00Z | 2026-05-04T12:10:00Z | 2026-05-04T12:10:00Z | 10:00 11:00 12:00 | 13:00",
                "LAST     |                      | 2026-05-04T08:30:00Z | 2026-05-04T12:10:00Z | 2026-05-04T12:10:00Z | 12:00             | 13:00",
                "NONE     |                      | 2026-05-04T08:30:00Z | 2026-05-04T12:10:00Z | 2026-05-04T12:10:00Z |                   | 13:00",
                "NONE     |                      | 2026-05-04T08:30:00Z | 2026-05-04T12:00:10Z | 2026-05-04T12:00:20Z |                   | 13:00",
                "NONE     |                      | 2026-05-04T11:30:00Z | 2026-05-04T11:10:00Z | 2026-05-04T12:00:20Z |                   | 13:00",
                "LAST     |                      | 2026-05-04T11:30:00Z | 2026-05-04T12:10:00Z | 2026-05-04T12:10:00Z |                   | 13:00",
                "ALL      |                      | 2026-05-04T12:30:00Z | 2026-05-04T12:10:00Z | 2026-05-04T12:40:00Z |                   | 14:00",
                // never run and no start: from when it was first seen
                "ALL      |                      |                      | 2026-05-04T10:30:00Z | 2026-05-04T12:10:00Z | 11:00 12:00       | 13:00",
                "LAST     |                      |                      | 2026-05-04T10:30:00Z | 2026-05-04T12:10:00Z | 12:00             | 13:00",
                "NONE     |                      |                      | 2026-05-04T10:30:00Z | 2026-05-04T12:10:00Z |                   | 13:00",
                "ALL      |                      |                      | 2026-05-04T12:10:00Z | 2026-05-04T12:10:00Z |                   | 13:00",
                "LAST     |                      |                      | 2026-05-04T12:10:00Z | 2026-05-04T12:10:00Z |                   | 13:00",
                "NONE     |                      |                      | 2026-05-04T12:10:00Z | 2026-05-04T12:10:00Z |                   | 13:00",
            })
    void whatIsRunOfMissedTicks(
            CatchUp catchUp,
            @Nullable Instant lastDue,
            @Nullable Instant start,
            Instant firstSeen,
            Instant now,
            @Nullable String toRun,
            String next) {
        CatchUpPlan plan = plan(timetable("@hourly", catchUp, start), lastDue, firstSeen, now, LIMIT);
        assertThat(plan.toRun()).extracting(Tick::dueAt).isEqualTo(moments(toRun));
        assertThat(plan.nextDueAt()).contains(Instant.parse("2026-05-04T" + next + ":00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                // Airflow's no-catchup rows: LAST is what it calls catchup=False
                "schedule    | start                | now                  | interval start       | due",
                "30 16 * * * | 2021-09-06T00:00:00Z | 2021-09-07T00:00:00Z | 2021-09-06T16:30:00Z | 2021-09-07T16:30:00Z",
                "30 16 * * * | 2021-09-01T00:00:00Z | 2021-09-07T00:00:00Z | 2021-09-05T16:30:00Z | 2021-09-06T16:30:00Z",
                "@hourly     | 2021-01-01T00:00:00Z | 2021-09-07T00:00:00Z | 2021-09-06T23:00:00Z | 2021-09-07T00:00:00Z",
                "@hourly     | 2021-01-01T00:00:00Z | 2021-09-07T00:30:00Z | 2021-09-06T23:00:00Z | 2021-09-07T00:00:00Z",
                "@hourly     | 2021-01-01T00:00:00Z | 2021-09-07T01:00:00Z | 2021-09-07T00:00:00Z | 2021-09-07T01:00:00Z",
                "@hourly     | 2021-01-01T00:00:00Z | 2021-09-07T01:30:00Z | 2021-09-07T00:00:00Z | 2021-09-07T01:00:00Z",
                "@hourly     | 2199-12-31T22:30:00Z | 2021-09-07T01:30:00Z | 2199-12-31T23:00:00Z | 2200-01-01T00:00:00Z",
            })
    void theNewestIsTheFirstRunOfAWorkflowThatStartsInThePast(
            String schedule, Instant start, Instant now, Instant intervalStart, Instant due) {
        Timetable timetable = timetable(schedule, CatchUp.LAST, start);
        CatchUpPlan plan = plan(timetable, null, now, now, LIMIT);
        Tick first = plan.toRun().stream()
                .findFirst()
                .or(() -> timetable.next(plan.nextDueAt().orElseThrow().minusNanos(1)))
                .orElseThrow();
        assertThat(first.logicalTime()).isEqualTo(intervalStart);
        assertThat(first.dueAt()).isEqualTo(due);
    }

    @Test
    void fiveYearsOfQuarterHoursAreCaughtUpInPortions() {
        Instant start = Instant.parse("2021-01-01T00:00:00Z");
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        Timetable timetable = timetable("*/15 * * * *", CatchUp.ALL, start);
        CatchUpPlan first = plan(timetable, null, now, now, 10);
        assertThat(first.toRun()).hasSize(10);
        assertThat(first.nextDueAt()).contains(start.plus(Duration.ofMinutes(11 * 15)));
        CatchUpPlan second = plan(timetable, first.toRun().get(9).dueAt(), now, now, 10);
        assertThat(second.toRun().get(0).dueAt()).isEqualTo(first.nextDueAt().orElseThrow());
        assertThat(plan(timetable("*/15 * * * *", CatchUp.LAST, start), null, now, now, 10)
                        .toRun())
                .extracting(Tick::dueAt)
                .containsExactly(now);
    }

    @Test
    void aWorkflowWhoseEndHasComeIsNotAskedAgain() {
        Timing ended = new Timing(
                List.of("@daily"),
                UTC,
                Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                Optional.of(Instant.parse("2026-01-03T00:00:00Z")),
                CatchUp.ALL,
                Optional.empty(),
                OnHoliday.SKIP);
        Timetable timetable = Timetable.of(ended, CatchUpPlanTest::noCalendar);
        Instant now = Instant.parse("2026-02-01T00:00:00Z");
        CatchUpPlan plan = plan(timetable, null, now, now, LIMIT);
        assertThat(plan.toRun())
                .extracting(Tick::dueAt)
                .containsExactly(Instant.parse("2026-01-02T00:00:00Z"), Instant.parse("2026-01-03T00:00:00Z"));
        assertThat(plan.nextDueAt()).isEmpty();
    }

    @Test
    void noTickIsRunTwiceOrLostWhenAskedAgainAndAgain() {
        for (CatchUp catchUp : CatchUp.values()) {
            Timetable timetable = timetable("*/30 * * * * *", catchUp, null);
            Instant firstSeen = Instant.parse("2026-05-04T12:00:10Z");
            Instant lastDue = null;
            int runs = 0;
            for (Instant now = firstSeen; now.isBefore(firstSeen.plusSeconds(600)); now = now.plusSeconds(7)) {
                for (Tick tick : plan(timetable, lastDue, firstSeen, now, 1).toRun()) {
                    assertThat(tick.dueAt()).isEqualTo(firstSeen.plusSeconds(20 + 30L * runs));
                    lastDue = tick.dueAt();
                    runs++;
                }
            }
            assertThat(runs).isEqualTo(20);
        }
    }

    private static CatchUpPlan plan(
            Timetable timetable, @Nullable Instant lastDue, Instant firstSeen, Instant now, int limit) {
        return CatchUpPlan.of(timetable, Optional.ofNullable(lastDue), firstSeen, now, limit);
    }

    private static Timetable timetable(String schedule, CatchUp catchUp, @Nullable Instant start) {
        Timing timing = new Timing(
                List.of(schedule),
                UTC,
                Optional.ofNullable(start),
                Optional.empty(),
                catchUp,
                Optional.empty(),
                OnHoliday.SKIP);
        return Timetable.of(timing, CatchUpPlanTest::noCalendar);
    }

    private static BusinessCalendar noCalendar(String name) {
        throw new IllegalArgumentException(name);
    }

    private static List<Instant> moments(@Nullable String times) {
        return times == null
                ? List.of()
                : Arrays.stream(times.split(" ", -1))
                        .map(time -> Instant.parse("2026-05-04T" + time + ":00Z"))
                        .toList();
    }
}

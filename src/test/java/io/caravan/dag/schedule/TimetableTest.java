package io.caravan.dag.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.DataInterval;
import io.caravan.calendar.NamedDays;
import io.caravan.calendar.OnHoliday;
import io.caravan.calendar.Shift;
import io.caravan.dag.definition.CatchUp;
import io.caravan.dag.definition.Timing;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimetableTest {
    private static final ZoneId AMSTERDAM = ZoneId.of("Europe/Amsterdam");

    /** Easter of 2026: Friday the 3rd of April, and Monday the 6th. */
    private static final BusinessCalendar WORKDAYS = new BusinessCalendar(
            "workdays",
            AMSTERDAM,
            List.of(Shift.parse("MON-FRI 00:00-24:00")),
            NamedDays.closed(List.of("2026-04-03", "2026-04-06", "12-25")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                "zone                | schedule         | after                | ticks of Airflow's tests",
                "Europe/Zurich       | 0 3 * * *        | 2023-03-24T00:00:00Z | 2023-03-24T02 2023-03-25T02 2023-03-26T01 2023-03-27T01",
                "Europe/Zurich       | 0 2 * * *        | 2023-03-24T00:00:00Z | 2023-03-24T01 2023-03-25T01 2023-03-26T01 2023-03-27T00",
                "Europe/Zurich       | 0 3 * * *        | 2023-10-27T00:30:00Z | 2023-10-27T01 2023-10-28T01 2023-10-29T02 2023-10-30T02",
                // but for the fold: Airflow's 2023-10-29T01 is the second pass
                "Europe/Zurich       | 0 2 * * *        | 2023-10-26T12:00:00Z | 2023-10-27T00 2023-10-28T00 2023-10-29T00 2023-10-30T01",
                "America/Los_Angeles | 0 7-8 * * *      | 2020-03-07T00:00:00Z | 2020-03-07T15 2020-03-07T16 2020-03-08T14 2020-03-08T15",
                "America/Los_Angeles | 0 7,9 * * *      | 2020-03-07T00:00:00Z | 2020-03-07T15 2020-03-07T17 2020-03-08T14 2020-03-08T16",
                "Europe/Zurich       | 0 0-23 * * *     | 2023-10-28T23:30:00Z | 2023-10-29T00 2023-10-29T01 2023-10-29T02",
                "UTC                 | @hourly; 30 16 * * MON | 2021-09-06T15:30:00Z | 2021-09-06T16 2021-09-06T16:30 2021-09-06T17",
            })
    void ticksFollowThroughAChangeOfTheClocksWithoutGapInTheirIntervals(
            String zone, String schedule, Instant after, String expected) {
        Timetable timetable = timetable(Timing.of(schedule, ZoneId.of(zone)));
        List<Instant> moments = Arrays.stream(expected.split(" ", -1))
                .map(text -> Instant.parse(text + (text.length() > 13 ? ":00Z" : ":00:00Z")))
                .toList();
        List<Tick> ticks = timetable.between(after, moments.get(moments.size() - 1), 10);
        assertThat(ticks).extracting(Tick::dueAt).isEqualTo(moments);
        assertThat(oneByOne(timetable, after, moments.size())).isEqualTo(ticks);
        assertWithoutGaps(ticks);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                "zone                | schedule    | now                  | interval of a run by hand",
                "America/New_York    | 0 2 * * *   | 2024-03-10T07:30:00Z | 2024-03-09T07:00:00Z 2024-03-10T07:00:00Z",
                "Europe/Zurich       | 0 2 * * *   | 2023-03-26T01:30:00Z | 2023-03-25T01:00:00Z 2023-03-26T01:00:00Z",
                "Australia/Lord_Howe | 0 2 * * *   | 2024-10-05T15:30:00Z | 2024-10-04T15:30:00Z 2024-10-05T15:30:00Z",
                // Airflow's is a day older, as it ticks at the second pass
                "America/New_York    | 0 1 * * *   | 2024-11-03T05:30:00Z | 2024-11-02T05:00:00Z 2024-11-03T05:00:00Z",
                "UTC                 | 30 16 * * * | 2021-09-07T00:00:00Z | 2021-09-05T16:30:00Z 2021-09-06T16:30:00Z",
            })
    void aRunByHandIsOfTheNewestIntervalThatHasEnded(ZoneId zone, String schedule, Instant now, String interval) {
        Tick tick = timetable(Timing.of(schedule, zone)).manual(now);
        String[] ends = interval.split(" ", -1);
        assertThat(tick.interval()).isEqualTo(new DataInterval(Instant.parse(ends[0]), Instant.parse(ends[1])));
        assertThat(tick.dueAt()).isEqualTo(now);
        assertThat(tick.logicalTime()).isEqualTo(now);
    }

    @Test
    void withoutAScheduleNothingTicksAndARunByHandHasAnIntervalWithoutLength() {
        Timing onlyByHand = new Timing(
                List.of(),
                AMSTERDAM,
                Optional.empty(),
                Optional.empty(),
                CatchUp.ALL,
                Optional.empty(),
                OnHoliday.SKIP);
        Timetable timetable = timetable(onlyByHand);
        Instant now = Instant.parse("2026-05-04T12:00:00Z");
        assertThat(timetable.next(now)).isEmpty();
        assertThat(timetable.latest(now)).isEmpty();
        assertThat(timetable.manual(now).interval()).isEqualTo(DataInterval.at(now));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                "after                | first due",
                "2020-01-01T00:00:00Z | 2026-01-02T01:00:00Z", // the first interval begins at 2026-01-01 02:00 in
                // Amsterdam
                "2026-01-01T01:00:00Z | 2026-01-02T01:00:00Z",
                "2026-01-02T01:00:00Z | 2026-01-03T01:00:00Z",
                "2026-01-09T01:00:00Z | 2026-01-10T01:00:00Z", // the last that ends in time
                "2026-01-10T01:00:00Z | ",
            })
    void noIntervalBeginsBeforeTheStartOrEndsAfterTheEnd(Instant after, Instant first) {
        Timetable timetable = timetable(bounded("0 2 * * *", "2026-01-01T00:00", "2026-01-11T00:00"));
        assertThat(timetable.next(after).map(Tick::dueAt)).isEqualTo(Optional.ofNullable(first));
    }

    @Test
    void theLatestTickIsWithinStartAndEndToo() {
        Timetable timetable = timetable(bounded("0 2 * * *", "2026-01-01T00:00", "2026-01-11T00:00"));
        assertThat(timetable.latest(Instant.parse("2026-01-01T12:00:00Z"))).isEmpty();
        assertThat(timetable.latest(Instant.parse("2026-01-02T12:00:00Z")).map(Tick::dueAt))
                .contains(Instant.parse("2026-01-02T01:00:00Z"));
        assertThat(timetable.latest(Instant.parse("2030-01-01T00:00:00Z")).map(Tick::dueAt))
                .contains(Instant.parse("2026-01-10T01:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                // Good Friday the 3rd, Saturday, Sunday and Monday the 6th are closed; times on the wall of Amsterdam,
                // which is UTC+2
                "schedule          | on holiday | ticks",
                "0 2 * * *         | SKIP       | 01T02:00 02T02:00 07T02:00 08T02:00",
                "0 2 * * *         | NEXT       | 01T02:00 02T02:00 07T02:00 08T02:00",
                "0 2 * * *         | PREVIOUS   | 01T02:00 02T02:00 07T02:00 08T02:00",
                "0 2 * * MON       | NEXT       | 07T02:00 13T02:00 20T02:00 27T02:00",
                "0 2 * * MON       | PREVIOUS   | 02T02:00 13T02:00 20T02:00 27T02:00",
                "0 2,14 * * FRI,MON| NEXT       | 07T02:00 07T14:00 10T02:00 10T14:00",
                "0 2 4 * *; 0 14 7 * * | NEXT   | 07T02:00 07T14:00",
                "0 */8 * * *       | SKIP       | 01T00:00 01T08:00 01T16:00 02T00:00 02T08:00 02T16:00 07T00:00 07T08:00",
                "0 8 * * SAT; 0 20 * * SUN; 0 2 * * MON | PREVIOUS | 02T02:00 02T08:00 02T20:00 10T08:00 10T20:00 13T02:00",
            })
    void ticksOfClosedDaysAreSkippedOrMovedAndThoseThatFallTogetherAreOne(
            String schedule, OnHoliday onHoliday, String expected) {
        Timetable timetable = timetable(onWorkdays(schedule, onHoliday));
        Instant after = local("2026-04-01T00:00").minusNanos(1);
        List<Instant> moments = Arrays.stream(expected.split(" ", -1))
                .map(text -> local("2026-04-" + text))
                .toList();
        List<Tick> ticks = timetable.between(after, local("2026-04-30T00:00"), moments.size());
        assertThat(ticks).extracting(Tick::dueAt).isEqualTo(moments);
        assertThat(oneByOne(timetable, after, moments.size())).isEqualTo(ticks);
        assertWithoutGaps(ticks);
    }

    @Test
    void theIntervalOfATickAfterHolidaysIsFromTheTickBeforeThem() {
        Timetable timetable = timetable(onWorkdays("0 2 * * *", OnHoliday.SKIP));
        Tick tick = timetable.next(local("2026-04-02T02:00")).orElseThrow();
        assertThat(tick.interval()).isEqualTo(new DataInterval(local("2026-04-02T02:00"), local("2026-04-07T02:00")));
        assertThat(timetable.latest(local("2026-04-07T12:00"))).contains(tick);
        assertThat(timetable.manual(local("2026-04-05T12:00")).interval().end()).isEqualTo(local("2026-04-02T02:00"));
    }

    @Test
    void aMovedOrSkippedTickSaysWhy() {
        Timetable next = timetable(onWorkdays("0 2 * * MON", OnHoliday.NEXT));
        assertThat(next.next(local("2026-04-01T00:00")).flatMap(Tick::remark))
                .contains("moved to the next workday: 2026-04-06 is a holiday in calendar workdays");
        assertThat(next.next(local("2026-04-08T00:00")).flatMap(Tick::remark)).isEmpty();
        Timetable daily = timetable(onWorkdays("0 2 * * *", OnHoliday.PREVIOUS));
        assertThat(daily.next(local("2026-04-01T12:00")).flatMap(Tick::remark))
                .hasValueSatisfying(remark -> assertThat(remark)
                        .startsWith("stands for closed days too: 2026-04-03 is a holiday in calendar workdays, ")
                        .contains("2026-04-04 is a Saturday in calendar workdays"));
        Timetable skipping = timetable(onWorkdays("0 2 * * MON", OnHoliday.SKIP));
        assertThat(skipping.skipped(local("2026-04-01T00:00"), local("2026-04-30T00:00"), 10))
                .singleElement()
                .satisfies(skipped -> {
                    assertThat(skipped.at()).isEqualTo(local("2026-04-06T02:00"));
                    assertThat(skipped.reason()).isEqualTo("2026-04-06 is a holiday in calendar workdays");
                });
        assertThat(next.skipped(local("2026-04-01T00:00"), local("2026-04-30T00:00"), 10))
                .isEmpty();
    }

    @Test
    void aTickThatIsAlwaysAHolidayNeverComes() {
        Timetable never = timetable(onWorkdays("0 2 25 12 *", OnHoliday.SKIP));
        assertThat(never.next(local("2026-04-01T00:00"))).isEmpty();
        Timetable moved = timetable(onWorkdays("0 2 25 12 *", OnHoliday.NEXT));
        assertThat(moved.next(local("2026-04-01T00:00")).map(Tick::dueAt))
                .contains(LocalDateTime.parse("2026-12-28T02:00")
                        .atZone(AMSTERDAM)
                        .toInstant());
    }

    @Test
    void aTickOfEachSecondIsMovedOverALongHoliday() {
        BusinessCalendar shutdown = new BusinessCalendar(
                "shutdown", AMSTERDAM, WORKDAYS.shifts(), NamedDays.closed(List.of("2026-07-20..2026-08-07")));
        Timetable timetable = Timetable.of(onWorkdays("* * * * * *", OnHoliday.NEXT), name -> shutdown);
        assertThat(timetable.next(local("2026-07-17T23:59:58")).map(Tick::dueAt))
                .contains(local("2026-07-17T23:59:59"));
        assertThat(timetable.next(local("2026-07-17T23:59:59")).map(Tick::dueAt))
                .contains(local("2026-08-10T00:00"));
        assertThat(timetable.next(local("2026-08-10T13:00:00")).map(Tick::dueAt))
                .contains(local("2026-08-10T13:00:01"));
    }

    @Test
    void aBackfillsTicksAreThoseWhoseLogicalTimesLieInItsRange() {
        Timetable timetable = timetable(bounded("0 2 * * *", "2026-03-01T00:00", "2026-03-02T00:00"));
        List<Tick> ticks = timetable.ofLogicalTimes(local("2026-01-05T02:00"), local("2026-01-07T02:00"), 100);
        assertThat(ticks)
                .extracting(Tick::logicalTime)
                .containsExactly(local("2026-01-05T02:00"), local("2026-01-06T02:00"), local("2026-01-07T02:00"));
        assertThat(timetable.ofLogicalTimes(local("2026-01-05T02:00"), local("2026-01-07T02:00"), 2))
                .isEqualTo(ticks.subList(0, 2));
        assertWithoutGaps(ticks);
    }

    @Test
    void anUnknownCalendarIsToldByThoseWhoKnowTheCalendars() {
        assertThatThrownBy(() -> Timetable.of(onWorkdays("@daily", OnHoliday.SKIP), name -> {
                    throw new IllegalArgumentException("Calendar '" + name + "' is unknown.");
                }))
                .hasMessage("Calendar 'workdays' is unknown.");
    }

    private static List<Tick> oneByOne(Timetable timetable, Instant after, int count) {
        List<Tick> ticks = new ArrayList<>();
        Instant last = after;
        for (int i = 0; i < count; i++) {
            Tick tick = timetable.next(last).orElseThrow();
            ticks.add(tick);
            last = tick.dueAt();
        }
        return ticks;
    }

    private static void assertWithoutGaps(List<Tick> ticks) {
        for (int i = 0; i < ticks.size(); i++) {
            Tick tick = ticks.get(i);
            assertThat(tick.logicalTime()).isEqualTo(tick.interval().start()).isBefore(tick.dueAt());
            assertThat(tick.dueAt()).isEqualTo(tick.interval().end());
            if (i > 0) {
                assertThat(tick.interval().start()).isEqualTo(ticks.get(i - 1).dueAt());
            }
        }
    }

    private static Timetable timetable(Timing timing) {
        return Timetable.of(timing, name -> WORKDAYS);
    }

    private static Timing bounded(String schedule, String start, String end) {
        return new Timing(
                List.of(schedule),
                AMSTERDAM,
                Optional.of(local(start)),
                Optional.of(local(end)),
                CatchUp.ALL,
                Optional.empty(),
                OnHoliday.SKIP);
    }

    private static Timing onWorkdays(String schedule, OnHoliday onHoliday) {
        return new Timing(
                List.of(schedule.split(";", -1)),
                AMSTERDAM,
                Optional.empty(),
                Optional.empty(),
                CatchUp.ALL,
                Optional.of("workdays"),
                onHoliday);
    }

    private static Instant local(String text) {
        return LocalDateTime.parse(text).atZone(AMSTERDAM).toInstant();
    }
}

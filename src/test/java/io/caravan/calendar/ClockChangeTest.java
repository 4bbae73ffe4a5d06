package io.caravan.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ticks around the days on which clocks change: intervals through both passes, fixed times once, at a gap's end what lies in the gap. */
class ClockChangeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                "zone                | cron                  | from                      | inclusive | next",
                // New York, forward: 02:00 -05:00 is 03:00 -04:00
                "America/New_York    | */30 * * * *          | 2016-03-13T01:45:00-05:00 | true      | 2016-03-13T03:00:00-04:00",
                "America/New_York    | */30 * * * *          | 2016-03-13T03:00:00-04:00 | false     | 2016-03-13T03:30:00-04:00",
                "America/New_York    | 1-58 */2 * * *        | 2016-03-13T01:58:00-05:00 | false     | 2016-03-13T03:00:00-04:00",
                "America/New_York    | 30 2 * * *            | 2016-03-12T02:30:00-05:00 | false     | 2016-03-13T03:00:00-04:00",
                "America/New_York    | 30 2 * * *            | 2016-03-13T03:00:00-04:00 | true      | 2016-03-13T03:00:00-04:00",
                "America/New_York    | 30 2 * * *            | 2016-03-13T03:00:00-04:00 | false     | 2016-03-14T02:30:00-04:00",
                "America/New_York    | 0,30 2 * * *          | 2016-03-13T01:59:00-05:00 | true      | 2016-03-13T03:00:00-04:00",
                "America/New_York    | 0,59 * * * *          | 2016-03-13T01:59:00-05:00 | false     | 2016-03-13T03:00:00-04:00",
                "America/New_York    | 0 30 * * 3 SUN#2      | 2016-03-13T01:59:00-05:00 | false     | 2016-03-13T03:00:00-04:00",
                "America/New_York    | 0 2,3 * * *           | 2016-03-13T03:00:00-04:00 | false     | 2016-03-14T02:00:00-04:00",
                // New York, back: 02:00 -04:00 is 01:00 -05:00
                "America/New_York    | */30 * * * *          | 2016-11-06T01:30:00-04:00 | false     | 2016-11-06T01:00:00-05:00",
                "America/New_York    | */30 * * * *          | 2016-11-06T01:30:00-05:00 | false     | 2016-11-06T02:00:00-05:00",
                "America/New_York    | 0 */2 * * *           | 2016-11-06T00:30:00-04:00 | true      | 2016-11-06T02:00:00-05:00",
                "America/New_York    | 0 2-3 * * *           | 2016-11-06T00:30:00-04:00 | true      | 2016-11-06T02:00:00-05:00",
                "America/New_York    | 30 1-9 * * *          | 2016-11-06T01:30:00-04:00 | false     | 2016-11-06T01:30:00-05:00",
                "America/New_York    | */30 1 * * *          | 2016-11-06T01:59:00-04:00 | true      | 2016-11-06T01:00:00-05:00",
                "America/New_York    | */30 0 1 * * *        | 2016-11-06T01:00:31-05:00 | true      | 2016-11-07T01:00:00-05:00",
                "America/New_York    | 0-30 0 1 * * *        | 2016-11-06T01:00:30-04:00 | false     | 2016-11-06T01:00:00-05:00",
                "America/New_York    | 0,30 1 * * *          | 2016-11-06T01:30:00-04:00 | false     | 2016-11-07T01:00:00-05:00",
                "America/New_York    | 0,30 1 * * *          | 2016-11-06T01:00:00-05:00 | true      | 2016-11-07T01:00:00-05:00",
                "America/New_York    | 0,30 1 * 1/2 *        | 2016-11-06T01:30:00-04:00 | false     | 2016-11-07T01:00:00-05:00",
                "America/New_York    | 0 1 * 11 SUN#1        | 2015-11-01T01:00:00-05:00 | true      | 2016-11-06T01:00:00-04:00",
                "America/New_York    | 0 2 * * *             | 2016-11-06T01:45:00-04:00 | false     | 2016-11-06T02:00:00-05:00",
                "America/New_York    | 59 59 1 * * *         | 2016-11-06T01:59:59.999999999-05:00 | true | 2016-11-07T01:59:59-05:00",
                // Zurich, as Airflow's tests have it, but for the first pass
                "Europe/Zurich       | 0 3 * * *             | 2023-03-25T03:00:00+01:00 | false     | 2023-03-26T03:00:00+02:00",
                "Europe/Zurich       | 0 2 * * *             | 2023-03-25T02:00:00+01:00 | false     | 2023-03-26T03:00:00+02:00",
                "Europe/Zurich       | 0 2 * * *             | 2023-03-26T03:00:00+02:00 | false     | 2023-03-27T02:00:00+02:00",
                "Europe/Zurich       | 0 2 * * *             | 2023-10-28T02:00:00+02:00 | false     | 2023-10-29T02:00:00+02:00",
                "Europe/Zurich       | 0 2 * * *             | 2023-10-29T02:00:00+02:00 | false     | 2023-10-30T02:00:00+01:00",
                "Europe/Zurich       | 0 3 * * *             | 2023-10-28T03:00:00+02:00 | false     | 2023-10-29T03:00:00+01:00",
                // Los Angeles
                "America/Los_Angeles | 0 7-8 * * *           | 2020-03-07T08:00:00-08:00 | false     | 2020-03-08T07:00:00-07:00",
                "America/Los_Angeles | 0 7,9 * * *           | 2020-03-08T07:00:00-07:00 | false     | 2020-03-08T09:00:00-07:00",
                "America/Los_Angeles | 15 2 * * *            | 2020-03-08T00:00:00-08:00 | false     | 2020-03-08T03:00:00-07:00",
                "America/Los_Angeles | 15 1 * * *            | 2020-11-01T01:15:00-07:00 | false     | 2020-11-02T01:15:00-08:00",
                // Lord Howe moves by half an hour: 02:00 +10:30 is 02:30 +11:00, and 02:00 +11:00 is 01:30 +10:30
                "Australia/Lord_Howe | */30 * * * *          | 2017-10-01T01:45:00+10:30 | true      | 2017-10-01T02:30:00+11:00",
                "Australia/Lord_Howe | 15 2 * * *            | 2017-10-01T01:59:00+10:30 | true      | 2017-10-01T02:30:00+11:00",
                "Australia/Lord_Howe | 0 30 2 01 10 *        | 2017-10-01T01:59:00+10:30 | true      | 2017-10-01T02:30:00+11:00",
                "Australia/Lord_Howe | */30 * * * *          | 2017-04-02T01:59:00+11:00 | true      | 2017-04-02T01:30:00+10:30",
                "Australia/Lord_Howe | 0-30 1 * * *          | 2017-04-02T01:59:00+11:00 | true      | 2017-04-02T01:30:00+10:30",
                "Australia/Lord_Howe | */30 30 1 * * *       | 2017-04-02T01:30:31+10:30 | true      | 2017-04-03T01:30:00+10:30",
                "Australia/Lord_Howe | 0,30 1 * * *          | 2017-04-02T01:30:00+11:00 | false     | 2017-04-03T01:00:00+10:30",
                "Australia/Lord_Howe | 0 */2 * * *           | 2017-04-02T00:30:00+11:00 | true      | 2017-04-02T02:00:00+10:30",
                // Amman changed at midnight: 00:00 +02:00 was 01:00 +03:00, and 01:00 +03:00 was 00:00 +02:00
                "Asia/Amman          | 0 0 * * *             | 2017-03-30T00:00:00+02:00 | false     | 2017-03-31T01:00:00+03:00",
                "Asia/Amman          | */20 * * * *          | 2017-03-30T23:40:00+02:00 | false     | 2017-03-31T01:00:00+03:00",
                "Asia/Amman          | 30 0 L * *            | 2017-03-30T12:00:00+02:00 | false     | 2017-03-31T01:00:00+03:00",
                "Asia/Amman          | 0 30 0 LW * ?         | 2017-03-30T12:00:00+02:00 | false     | 2017-03-31T01:00:00+03:00",
                "Asia/Amman          | 30 0 L * *            | 2017-03-31T01:00:00+03:00 | false     | 2017-04-30T00:30:00+03:00",
                "Asia/Amman          | 30 0 LW * *           | 2018-03-29T23:59:00+02:00 | true      | 2018-03-30T01:00:00+03:00",
                "Asia/Amman          | 30 0 29 * *           | 2019-03-28T23:59:00+02:00 | true      | 2019-03-29T01:00:00+03:00",
                "Asia/Amman          | 30 0 L * *            | 2014-10-31T00:30:00+03:00 | true      | 2014-10-31T00:30:00+03:00",
                "Asia/Amman          | 30 0 L * *            | 2014-10-31T00:30:00+02:00 | true      | 2014-11-30T00:30:00+02:00",
                "Asia/Amman          | 30 0 LW * *           | 2015-10-30T00:30:00+02:00 | true      | 2015-11-30T00:30:00+02:00",
                "Asia/Amman          | 30 0 * * *            | 2017-10-27T00:30:00+03:00 | false     | 2017-10-28T00:30:00+02:00",
                "Asia/Amman          | */30 * * * *          | 2017-10-27T00:30:00+03:00 | false     | 2017-10-27T00:00:00+02:00",
                // Santiago: 00:00 -04:00 is 01:00 -03:00, and 00:00 -03:00 is 23:00 -04:00 of the day before
                "America/Santiago    | 0 0 * * *             | 2024-09-07T00:00:00-04:00 | false     | 2024-09-08T01:00:00-03:00",
                "America/Santiago    | @daily                | 2024-09-08T01:00:00-03:00 | false     | 2024-09-09T00:00:00-03:00",
                "America/Santiago    | 30 23 * * *           | 2024-04-06T23:30:00-03:00 | false     | 2024-04-07T23:30:00-04:00",
                "America/Santiago    | 30 * * * *            | 2024-04-06T23:30:00-03:00 | false     | 2024-04-06T23:30:00-04:00",
                "America/Santiago    | 0 0 * * *             | 2024-04-06T23:30:00-03:00 | false     | 2024-04-07T00:00:00-04:00",
                // Samoa left out a whole day
                "Pacific/Apia        | 0 12 30 12 *          | 2011-12-29T13:00:00-10:00 | false     | 2011-12-31T00:00:00+14:00",
            })
    void theNextTick(String zone, String cron, OffsetDateTime from, boolean inclusive, OffsetDateTime next) {
        Schedule schedule = Schedule.parse(cron, ZoneId.of(zone));
        assertThat(schedule.next(from.toInstant(), inclusive)).contains(next.toInstant());
    }

    @Test
    void noTickOfAnIntervalIsLostWhenTheClocksGoBack() {
        Schedule schedule = Schedule.parse("*/30 * * * *", ZoneId.of("Europe/Zurich"));
        assertThat(ticks(schedule, "2023-10-28T23:00:00Z").limit(6).map(Instant::toString))
                .containsExactly(
                        "2023-10-28T23:30:00Z",
                        "2023-10-29T00:00:00Z",
                        "2023-10-29T00:30:00Z",
                        "2023-10-29T01:00:00Z",
                        "2023-10-29T01:30:00Z",
                        "2023-10-29T02:00:00Z");
    }

    @ParameterizedTest
    @CsvSource({"2016-03-13, 1380", "2016-11-06, 1500", "2016-06-01, 1440"})
    void aMinutelyScheduleTicksAsManyTimesAsTheDayHasMinutes(String date, int minutes) {
        ZoneId zone = ZoneId.of("America/New_York");
        Instant begin = LocalDate.parse(date).atStartOfDay(zone).toInstant();
        Instant end = LocalDate.parse(date).plusDays(1).atStartOfDay(zone).toInstant();
        Schedule schedule = Schedule.parse("* * * * *", zone);
        assertThat(ticks(schedule, begin.minusNanos(1).toString()).takeWhile(tick -> tick.isBefore(end)))
                .hasSize(minutes);
    }

    @Test
    void ticksLeadBackAsTheyLedForth() {
        for (String zone : new String[] {"America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Amman"}) {
            for (String cron : new String[] {"*/7 * * * *", "30 1,2 * * *", "15 0 * * *", "0 0 1 * *"}) {
                Schedule schedule = Schedule.parse(cron, ZoneId.of(zone));
                Instant last = Instant.parse("2016-11-05T00:00:00Z");
                for (Instant tick : ticks(schedule, last.toString()).limit(300).toList()) {
                    assertThat(schedule.previous(tick, true)).contains(tick);
                    assertThat(schedule.previous(tick, false).orElseThrow()).isBefore(tick);
                    assertThat(schedule.next(schedule.previous(tick, false).orElseThrow(), false))
                            .contains(tick);
                }
            }
        }
    }

    @Test
    void aTickTellsWhyItIsWhereItIs() {
        Schedule fixed = Schedule.parse("30 2 * * *", ZoneId.of("Europe/Zurich"));
        assertThat(fixed.remark(Instant.parse("2023-03-26T01:00:00Z")))
                .contains("moved to the end of a gap: the clocks of Europe/Zurich go forward from 02:00 to 03:00");
        assertThat(fixed.remark(Instant.parse("2023-10-29T00:30:00Z")))
                .contains(
                        "first of two passes: the clocks of Europe/Zurich go back from 03:00 to 02:00; a fixed time ticks at the first only");
        assertThat(fixed.remark(Instant.parse("2023-06-01T00:30:00Z"))).isEmpty();
        Schedule interval = Schedule.parse("*/30 * * * *", ZoneId.of("Europe/Zurich"));
        assertThat(interval.remark(Instant.parse("2023-10-29T01:30:00Z")))
                .hasValueSatisfying(remark -> assertThat(remark).startsWith("second of two passes"));
        assertThat(interval.remark(Instant.parse("2023-03-26T01:00:00Z"))).isEmpty();
    }

    private static Stream<Instant> ticks(Schedule schedule, String from) {
        return Stream.iterate(
                schedule.next(Instant.parse(from), false).orElseThrow(),
                tick -> schedule.next(tick, false).orElseThrow());
    }
}

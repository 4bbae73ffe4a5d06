package io.caravan.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "30 16 * * *                      | 2021-09-07T00:00 | 2021-09-07T16:30",
                "*/15 * * * *                     | 2026-05-04T12:15 | 2026-05-04T12:30",
                "15 30 12 * * *                   | 2026-05-04T12:30 | 2026-05-04T12:30:15",
                "57,20/20,30/20,32-34/2,58 * * * * | 2017-04-17T17:21 | 2017-04-17T17:30",
                "57,20/20,30/20,32-34/2,58 * * * * | 2017-04-17T17:31 | 2017-04-17T17:32",
                "57,20/20,30/20,32-34/2,58 * * * * | 2017-04-17T17:58 | 2017-04-17T18:20",
                "0 22-2/2 * * *                   | 2026-05-04T22:00 | 2026-05-05T00:00",
                "0 0 * * FRI-MON                  | 2026-05-04T00:00 | 2026-05-08T00:00",
                "0 0 * * 5-7                      | 2026-05-04T00:00 | 2026-05-08T00:00",
                "0 0 * * 7                        | 2026-05-04T00:00 | 2026-05-10T00:00",
                "0 0 * * 0                        | 2026-05-04T00:00 | 2026-05-10T00:00",
                "0 0 * * sun                      | 2026-05-04T00:00 | 2026-05-10T00:00",
                "0 0 1 jan,JUL *                  | 2026-05-04T00:00 | 2026-07-01T00:00",
                "0 0 29 2 *                       | 2026-05-04T00:00 | 2028-02-29T00:00",
                "0 0 29 2 *                       | 2096-02-29T00:00 | 2104-02-29T00:00",
                "0 0 31 * *                       | 2026-05-31T00:00 | 2026-07-31T00:00",
                "0 0 L * *                        | 2026-02-01T00:00 | 2026-02-28T00:00",
                "0 0 L-3 * *                      | 2026-05-04T00:00 | 2026-05-28T00:00",
                "0 0 L-30 * *                     | 2026-05-04T00:00 | 2026-07-01T00:00",
                "0 0 LW * *                       | 2017-04-29T00:00 | 2017-05-31T00:00",
                "0 0 LW * *                       | 2017-04-01T00:00 | 2017-04-28T00:00",
                "0 0 L-1W * *                     | 2017-01-01T00:00 | 2017-01-30T00:00",
                "0 0 L-3W * *                     | 2017-01-01T00:00 | 2017-01-27T00:00",
                "0 0 l-1w * *                     | 2016-02-01T00:00 | 2016-02-29T00:00",
                "0 0 15W * *                      | 2026-08-01T00:00 | 2026-08-14T00:00",
                "0 0 1W * *                       | 2026-08-01T00:00 | 2026-08-03T00:00",
                "0 0 31W * *                      | 2026-05-01T00:00 | 2026-05-29T00:00",
                "30 17 27w * 1l                   | 2017-03-10T17:45 | 2017-03-27T17:30",
                "0 0 * * FRIL                     | 2026-05-04T00:00 | 2026-05-29T00:00",
                "0 12 * * 1#1                     | 2021-07-06T00:00 | 2021-08-02T12:00",
                "0 0 * * MON#5                    | 2026-05-04T00:00 | 2026-06-29T00:00",
                "0 0 1,15 * *                     | 2026-05-04T00:00 | 2026-05-15T00:00",
                "0 0 13 * 5                       | 2026-05-04T00:00 | 2026-05-08T00:00",
                "? ? ? ? ? ?                      | 2016-12-09T16:46 | 2016-12-09T16:46:01",
                "@hourly                          | 2026-05-04T12:15 | 2026-05-04T13:00",
                "@daily                           | 2026-05-04T12:15 | 2026-05-05T00:00",
                "@weekly                          | 2026-05-04T12:15 | 2026-05-10T00:00",
                "@monthly                         | 2026-05-04T12:15 | 2026-06-01T00:00",
                "@yearly                          | 2026-05-04T12:15 | 2027-01-01T00:00",
                "@every_minute                    | 2026-05-04T12:15 | 2026-05-04T12:16",
                "@every_second                    | 2026-05-04T12:15 | 2026-05-04T12:15:01",
                "every 15m                        | 2026-05-04T12:15 | 2026-05-04T12:30",
                "every 1h30m                      | 1970-01-01T00:00 | 1970-01-01T01:30",
                "every 1d                         | 2026-05-04T12:15 | 2026-05-05T00:00",
                "every PT90S                      | 1970-01-01T00:00 | 1970-01-01T00:01:30",
                "Every 10min                      | 1969-12-31T23:55 | 1970-01-01T00:00",
                "@hourly; 30 * * * *              | 2026-05-04T12:15 | 2026-05-04T12:30",
            })
    void theTickAfterAMoment(String text, LocalDateTime from, LocalDateTime next) {
        Schedule schedule = Schedule.parse(text, ZoneOffset.UTC);
        assertThat(schedule.next(from.toInstant(ZoneOffset.UTC), false)).contains(next.toInstant(ZoneOffset.UTC));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 0 1 13 0           | Cron expression '0 0 1 13 0': '13' is no month; write 1-12 or JAN-DEC.",
                "60 * * * *           | '60' is no minute; write 0-59.",
                "* 24 * * *           | '24' is no hour; write 0-23.",
                "0 0 32 * *           | '32' is no day of month; write 1-31.",
                "0 0 * * 8            | '8' is no day of week; write 0-7 or SUN-SAT.",
                "0 0 * * MOON         | 'MOON' is no day of week",
                "*/0 * * * *          | step '0' of the minute is out of range 1-59.",
                "*/60 * * * *         | step '60' of the minute is out of range 1-59.",
                "0 0 * * 1/8          | step '8' of the day of week is out of range 1-7.",
                "*/x * * * *          | step 'x' of the minute",
                "1,,2 * * * *         | '' is no minute",
                "-5 * * * *           | '-5' is no minute",
                "0 0 30 2 *           | no month that it names has such a day, so it never ticks",
                "0 0 31 4,6,9,11 *    | never ticks",
                "0 0 L-30 2 *         | never ticks",
                "0 0 * * MON#6        | 'MON#6' names no week of a month; write #1 to #5.",
                "0 0 * * L            | write 6L for the month's last Saturday",
                "0 0 L-31 * *         | write L-1 to L-30",
                "* * * *              | has 4 fields; write five (minute hour day month weekday) or six (second first).",
                "0 0 0 1 1 ? 2026     | A seventh field, Quartz's year, is not supported",
                "@fortnightly         | '@fortnightly' is unknown; write one of @annually, @daily",
                "every 15             | 'every 15' names no period; write it such as: every 90s",
                "every 0s             | never advances",
                "@daily;              | has 0 fields",
            })
    void whatCannotBeReadIsToldWithTheCure(String text, String message) {
        assertThatThrownBy(() -> Schedule.parse(text, ZoneOffset.UTC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void inclusiveMeansThatTheMomentItselfMayBeTheTick() {
        Schedule schedule = Schedule.parse("30 16 * * *", ZoneOffset.UTC);
        Instant tick = Instant.parse("2021-09-07T16:30:00Z");
        assertThat(schedule.next(tick, true)).contains(tick);
        assertThat(schedule.next(tick, false)).contains(tick.plusSeconds(86_400));
        assertThat(schedule.next(tick.plusNanos(1), true)).contains(tick.plusSeconds(86_400));
        assertThat(schedule.previous(tick, true)).contains(tick);
        assertThat(schedule.previous(tick, false)).contains(tick.minusSeconds(86_400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"every 15m", "every 7s", "* * 9-17 * * MON-FRI", "0 0 29 2 *", "@hourly; 30 16 * * MON"})
    void thePreviousTickIsTheOneWhoseNextIsTheNext(String text) {
        Schedule schedule = Schedule.parse(text, ZoneId.of("Europe/Amsterdam"));
        Instant moment = Instant.parse("2026-05-04T03:00:00.5Z");
        Instant previous = schedule.previous(moment, false).orElseThrow();
        assertThat(previous).isBefore(moment);
        assertThat(schedule.next(previous, false)).isEqualTo(schedule.next(moment, false));
    }

    @Test
    void severalSchedulesTickTogetherOnce() {
        Schedule schedule = Schedule.anyOf(
                List.of(Schedule.parse("@hourly", ZoneOffset.UTC), Schedule.parse("*/30 * * * *", ZoneOffset.UTC)));
        Instant noon = Instant.parse("2026-05-04T12:00:00Z");
        assertThat(schedule.next(noon, false)).contains(noon.plusSeconds(1800));
        assertThat(schedule.next(noon.plusSeconds(1800), false)).contains(noon.plusSeconds(3600));
        assertThatThrownBy(() -> Schedule.anyOf(List.of())).hasMessageContaining("name at least one");
    }
}

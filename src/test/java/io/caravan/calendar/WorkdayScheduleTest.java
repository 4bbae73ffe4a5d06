package io.caravan.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Compares ticks that skip or move off closed days with those found by moving every single tick, of random schedules and calendars. */
class WorkdayScheduleTest {
    private static final List<String> ZONES =
            List.of("Europe/Amsterdam", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "UTC");
    private static final List<String> SCHEDULES = List.of(
            "0 2 * * *",
            "30 2 * * *",
            "@hourly",
            "*/20 0-3 * * *",
            "0 8 * * MON",
            "0 8 * * SAT,SUN",
            "0 9 L * *",
            "0 9 LW * ?",
            "0 9 1,15 * *",
            "every 5h",
            "0 8 * * SAT; 0 20 * * SUN; 0 2 * * MON",
            "0 0 25 12 *");

    private static final List<OnHoliday> RULES = List.of(OnHoliday.values());

    private final Random random = new Random(11);

    @Test
    void ticksAreThoseFoundByMovingEachOne() {
        for (int i = 0; i < 150; i++) {
            ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
            Schedule raw = Schedule.parse(SCHEDULES.get(random.nextInt(SCHEDULES.size())), zone);
            OnHoliday rule = RULES.get(random.nextInt(RULES.size()));
            LocalDate first = LocalDate.of(2015 + random.nextInt(15), 1 + random.nextInt(12), 1);
            BusinessCalendar calendar = calendar(zone, first);
            Schedule schedule = raw.onWorkdays(calendar, rule, zone);
            Instant begin = first.plusDays(60).atStartOfDay(zone).toInstant();
            Instant end = first.plusDays(120).atStartOfDay(zone).toInstant();
            List<Instant> expected = moved(raw, calendar, rule, zone, first).stream()
                    .filter(tick -> tick.isAfter(begin) && tick.isBefore(end))
                    .toList();
            assertThat(ticks(schedule, begin, end))
                    .as("%s in %s, %s", raw, zone, rule)
                    .isEqualTo(expected);
            for (int j = 1; j < expected.size(); j += 7) {
                Instant tick = expected.get(j);
                assertThat(schedule.previous(tick, false)).contains(expected.get(j - 1));
                assertThat(schedule.next(tick, true)).contains(tick);
                assertThat(schedule.previous(tick.plusNanos(1), false)).contains(tick);
            }
        }
    }

    @Test
    void everySkippedTickIsTold() {
        ZoneId zone = ZoneId.of("Europe/Amsterdam");
        LocalDate first = LocalDate.parse("2026-01-01");
        BusinessCalendar calendar = calendar(zone, first);
        for (String text : List.of("0 2 * * *", "@hourly", "0 8 * * SAT")) {
            Schedule raw = Schedule.parse(text, zone);
            Instant begin = first.atStartOfDay(zone).toInstant();
            Instant end = first.plusDays(90).atStartOfDay(zone).toInstant();
            Schedule schedule = raw.onWorkdays(calendar, OnHoliday.SKIP, zone);
            TreeSet<Instant> all = new TreeSet<>(ticks(schedule, begin, end));
            List<SkippedTick> skipped = schedule.skipped(begin, end.minusNanos(1), 100_000);
            skipped.forEach(each -> assertThat(all.add(each.at())).isTrue());
            assertThat(new ArrayList<>(all)).isEqualTo(ticks(raw, begin, end));
            assertThat(skipped).allSatisfy(each -> assertThat(each.reason()).endsWith("in calendar random"));
            assertThat(schedule.skipped(begin, end, 3)).isEqualTo(skipped.subList(0, 3));
        }
    }

    /** Weekends, single days and a closure of up to a month. */
    private BusinessCalendar calendar(ZoneId zone, LocalDate first) {
        List<String> closed = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            closed.add(first.plusDays(random.nextInt(180)).toString());
        }
        LocalDate begin = first.plusDays(50 + random.nextInt(60));
        closed.add(begin + ".." + begin.plusDays(random.nextInt(30)));
        return new BusinessCalendar(
                "random", zone, List.of(Shift.parse("MON-FRI 00:00-24:00")), NamedDays.closed(closed));
    }

    private static Set<Instant> moved(
            Schedule raw, BusinessCalendar calendar, OnHoliday rule, ZoneId zone, LocalDate first) {
        Set<Instant> moved = new HashSet<>();
        Instant begin = first.atStartOfDay(zone).toInstant();
        for (Instant tick : ticks(raw, begin, begin.plus(Duration.ofDays(200)))) {
            LocalDateTime local = tick.atZone(zone).toLocalDateTime();
            if (calendar.isWorkday(local.toLocalDate())) {
                moved.add(tick);
            } else if (rule != OnHoliday.SKIP) {
                Optional<LocalDate> workday = rule == OnHoliday.NEXT
                        ? calendar.workdayFrom(local.toLocalDate())
                        : calendar.workdayUntil(local.toLocalDate());
                moved.add(WallClock.moment(workday.orElseThrow().atTime(local.toLocalTime()), zone));
            }
        }
        return new TreeSet<>(moved);
    }

    private static List<Instant> ticks(Schedule schedule, Instant begin, Instant end) {
        List<Instant> ticks = new ArrayList<>();
        Optional<Instant> tick = schedule.next(begin, false);
        while (tick.isPresent() && tick.get().isBefore(end)) {
            ticks.add(tick.get());
            tick = schedule.next(tick.get(), false);
        }
        return ticks;
    }
}

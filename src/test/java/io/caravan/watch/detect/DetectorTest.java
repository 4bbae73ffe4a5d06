package io.caravan.watch.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.NamedDays;
import io.caravan.calendar.Shift;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DetectorTest {
    private static final ZoneId AMSTERDAM = ZoneId.of("Europe/Amsterdam");
    private static final Instant START = local("2026-01-05T00:00");

    private final Detector detector = new Detector(DetectorSettings.DEFAULTS);
    private final Expectation expectation = Expectation.in(AMSTERDAM);

    @Test
    void aFleetOfOfficeHoursIsMissedWithinTheHourOnATuesday() {
        Pattern pattern = learned(expectation, local("2026-03-10T09:00"));
        SilenceVerdict verdict =
                detector.silence(pattern, expectation, local("2026-03-10T08:59"), local("2026-03-10T09:05"));
        assertThat(verdict.isAlarm()).isFalse();
        assertThat(verdict.alarmAt().orElseThrow()).isBetween(local("2026-03-10T09:15"), local("2026-03-10T09:59"));
        assertThat(verdict.lateAt().orElseThrow()).isBefore(verdict.alarmAt().orElseThrow());
        assertThat(verdict.alarmAt().orElseThrow()).isBefore(verdict.severeAt().orElseThrow());
    }

    @Test
    void theDeadlineIsWhereTheScoreMeetsItsThreshold() {
        Pattern pattern = learned(expectation, local("2026-03-10T18:00"));
        Instant last = local("2026-03-10T17:51");
        Instant alarm =
                detector.silence(pattern, expectation, last, last).alarmAt().orElseThrow();
        SilenceVerdict before = detector.silence(pattern, expectation, last, alarm.minusSeconds(60));
        SilenceVerdict after = detector.silence(pattern, expectation, last, alarm.plusSeconds(1));
        assertThat(alarm).isAfter(local("2026-03-11T08:00"));
        assertThat(before.score()).isLessThan(before.threshold());
        assertThat(after.score()).isGreaterThanOrEqualTo(after.threshold());
        assertThat(after.isAlarm()).isTrue();
        assertThat(after.alarmAt().orElseThrow()).isCloseTo(alarm, within(2));
    }

    @Test
    void aWeekendIsNotSilence() {
        Pattern pattern = learned(expectation, local("2026-03-14T00:00"));
        Instant friday = local("2026-03-13T17:50");
        assertThat(detector.silence(pattern, expectation, friday, local("2026-03-15T23:00"))
                        .isLate())
                .isFalse();
        assertThat(detector.silence(pattern, expectation, friday, local("2026-03-15T23:00"))
                        .alarmAt()
                        .orElseThrow())
                .isBetween(local("2026-03-16T08:00"), local("2026-03-16T10:00"));
    }

    @Test
    void aHolidayIsNotSilence() {
        BusinessCalendar calendar = new BusinessCalendar(
                "nl",
                AMSTERDAM,
                List.of(Shift.parse("MON-FRI 00:00-24:00")),
                NamedDays.closed(List.of("2026-03-11 Test Day")));
        Expectation withHoliday = expectation.withCalendars(List.of(calendar));
        Pattern pattern = learned(withHoliday, local("2026-03-11T00:00"));
        SilenceVerdict verdict =
                detector.silence(pattern, withHoliday, local("2026-03-10T17:55"), local("2026-03-11T17:00"));
        assertThat(verdict.isLate()).isFalse();
        assertThat(verdict.alarmAt().orElseThrow()).isAfter(local("2026-03-12T08:00"));
        assertThat(new Explanations(detector)
                        .silence("Acme", pattern, withHoliday, verdict)
                        .sentence())
                .contains("Test Day (in NL)");
    }

    private SilenceVerdict onTheHolidayAfter(String... worked) {
        List<String> days = new ArrayList<>(List.of("2026-03-11 Test Day"));
        days.addAll(List.of(worked));
        BusinessCalendar calendar = new BusinessCalendar(
                "nl", AMSTERDAM, List.of(Shift.parse("MON-FRI 00:00-24:00")), NamedDays.closed(days));
        Expectation withHolidays = expectation.withCalendars(List.of(calendar));
        Pattern pattern = learned(withHolidays, local("2026-03-11T00:00"));
        return detector.silence(pattern, withHolidays, local("2026-03-10T17:55"), local("2026-03-11T17:00"));
    }

    @Test
    void whoHasWorkedOnThreeHolidaysIsExpectedToWorkOnTheNext() {
        SilenceVerdict two = onTheHolidayAfter("2026-02-04", "2026-02-18");
        assertThat(two.isLate()).isFalse();
        assertThat(two.alarmAt().orElseThrow()).isAfter(local("2026-03-12T08:00"));

        SilenceVerdict three = onTheHolidayAfter("2026-02-04", "2026-02-18", "2026-03-04");
        assertThat(three.isLate()).isTrue();
        assertThat(three.alarmAt().orElseThrow()).isBefore(local("2026-03-12T08:00"));
    }

    @Test
    void aLateFleetSaysSinceWhenItIsAndWhenItWillBeSilent() {
        Pattern pattern = learned(expectation, local("2026-03-10T09:00"));
        Instant last = local("2026-03-10T09:12");
        Instant late =
                detector.silence(pattern, expectation, last, last).lateAt().orElseThrow();
        SilenceVerdict verdict = detector.silence(pattern, expectation, last, late.plusSeconds(60));
        assertThat(verdict.isLate()).isTrue();
        assertThat(verdict.isAlarm()).isFalse();

        Explanation words = new Explanations(detector).silence("Acme NL", pattern, expectation, verdict);
        assertThat(words.sentence())
                .startsWith("Acme NL: 0 packets since 09:12 (Europe/Amsterdam); on a Tuesday 09:12–09:")
                .contains("such a gap happens ");
        assertThat(words.rows())
                .extracting(Explanation.Row::label)
                .contains("last packet", "score", "late from", "silent from");
        assertThat(words.rows())
                .filteredOn(row -> row.label().endsWith(" from"))
                .extracting(Explanation.Row::value)
                .allMatch(value -> value.contains("09:"))
                .isSorted();
    }

    @Test
    void anOutageThatNobodyConfirmedDoesNotMakeAYoungFleetUnmissable() {
        Instant from = local("2026-01-27T10:00");
        Instant back = local("2026-01-27T18:00");
        Pattern before = learned(expectation, from);
        Pattern after = detector.learn(before, expectation, List.of(), back, hour -> HourTrust.ALARM);
        assertThat(before.weeks(24 + 12)).as("Tuesdays that were seen").isEqualTo(3);
        assertThat(after.minutes(24 + 12)).isGreaterThan(0.7 * before.minutes(24 + 12));
        Instant last = local("2026-02-03T10:00");
        assertThat(detector.silence(after, expectation, last, last).alarmAt().orElseThrow())
                .as("the same silence a week later")
                .isBefore(local("2026-02-03T12:00"));
    }

    @Test
    void hoursInsideAnAlarmTeachAQuarterAndThoseOfAnOutageNothing() {
        Pattern before = learned(expectation, local("2026-03-10T10:00"));
        double mean = before.minutes(24 + 12);
        assertThat(silentTuesday(before, HourTrust.OUTAGE).minutes(24 + 12)).isEqualTo(mean);
        assertThat(silentTuesday(before, HourTrust.ALARM).minutes(24 + 12)).isBetween(0.95 * mean, 0.97 * mean);
        assertThat(silentTuesday(before, HourTrust.NORMAL).minutes(24 + 12)).isBetween(0.84 * mean, 0.86 * mean);
        assertThat(silentTuesday(before, HourTrust.ALARM).weeks(24 + 12))
                .as("it is doubted")
                .isEqualTo(before.weeks(24 + 12) / 2);
        Window works =
                new Window(Window.Kind.MAINTENANCE, local("2026-03-10T10:00"), local("2026-03-10T18:00"), "masts");
        Pattern maintained =
                detector.learn(before, expectation.withWindows(List.of(works)), List.of(), local("2026-03-10T18:00"));
        assertThat(maintained.minutes(24 + 12)).isEqualTo(mean);
    }

    private Pattern silentTuesday(Pattern before, HourTrust trust) {
        return detector.learn(before, expectation, List.of(), local("2026-03-10T18:00"), hour -> trust);
    }

    @Test
    void aVerdictExplainsItself() {
        Pattern pattern = learned(expectation, local("2026-03-10T09:00"));
        SilenceVerdict verdict =
                detector.silence(pattern, expectation, local("2026-03-10T09:12"), local("2026-03-10T12:00"));
        Explanation words = new Explanations(detector).silence("Acme NL", pattern, expectation, verdict);
        assertThat(words.sentence())
                .startsWith("Acme NL: 0 packets since 09:12 (Europe/Amsterdam); on a Tuesday 09:12–12:00 it sends ")
                .contains(" ± ", "such a gap happens less than once in 1,000 years")
                .endsWith("no calendar of holidays is known.");
    }

    @Test
    void aFleetThatIsTooYoungSaysSoAndWhatCountsInstead() {
        Pattern pattern = learned(expectation, local("2026-01-06T00:00"));
        Instant last = local("2026-01-05T17:55");
        Instant now = local("2026-01-06T12:00");
        assertThat(sentence(pattern, expectation, last, now))
                .contains("it is too young to be known, so nothing is expected of hours that it hasn't lived through");
        Expectation scheduled =
                expectation.withPrior(WeekPrior.ofSchedule(List.of(Shift.parse("MON-FRI 08:00-18:00")), 6));
        assertThat(sentence(pattern, scheduled, last, now))
                .contains("it is too young to be known, so its schedule counts: 2")
                .contains("such a gap happens");
    }

    @Test
    void aScheduleMakesAnAlarmOfAFirstTuesdayWithoutPackets() {
        Pattern pattern = learned(expectation, local("2026-01-06T00:00"));
        Instant last = local("2026-01-05T17:55");
        Expectation scheduled =
                expectation.withPrior(WeekPrior.ofSchedule(List.of(Shift.parse("MON-FRI 08:00-18:00")), 6));
        assertThat(detector.silence(pattern, expectation, last, last).alarmAt().orElseThrow())
                .as("only Mondays are known")
                .isAfter(local("2026-01-12T00:00"));
        assertThat(detector.silence(pattern, scheduled, last, last).alarmAt().orElseThrow())
                .isBetween(local("2026-01-06T09:00"), local("2026-01-06T18:00"));
    }

    @Test
    void aWindowPutsTheAlarmOffByItsLength() {
        Instant now = local("2026-03-10T08:59");
        Pattern pattern = learned(expectation, local("2026-03-10T08:00"));
        Instant alarm =
                detector.silence(pattern, expectation, now, now).alarmAt().orElseThrow();
        Window works =
                new Window(Window.Kind.MAINTENANCE, local("2026-03-10T09:00"), local("2026-03-10T11:00"), "new masts");
        assertThat(detector.silence(pattern, expectation.withWindows(List.of(works)), now, now)
                        .alarmAt()
                        .orElseThrow())
                .isCloseTo(alarm.plus(Duration.ofHours(2)), within(180));
    }

    @Test
    void aDepotThatMovesTakesItsWeekAlong() {
        Pattern pattern = learned(expectation, local("2026-03-10T00:00"));
        Expectation moved = Expectation.in(ZoneId.of("America/New_York"));
        Instant last = local("2026-03-09T23:30");
        Duration later = Duration.between(
                detector.silence(pattern, expectation, last, last).alarmAt().orElseThrow(),
                detector.silence(pattern, moved, last, last).alarmAt().orElseThrow());
        assertThat(later).as("New York has summer time by then").isBetween(Duration.ofHours(4), Duration.ofHours(6));
    }

    @Test
    void theHourThatComesTwiceIsOneHourOfTheWeek() {
        assertThat(alarmOfMonday("2026-03-30T00:00"))
                .as("clock set ahead")
                .isEqualTo(alarmOfMonday("2026-03-23T00:00"));
        assertThat(alarmOfMonday("2026-10-26T00:00")).as("clock set back").isEqualTo(alarmOfMonday("2026-10-19T00:00"));
    }

    @Test
    void aLeapDayIsADayOfItsWeek() {
        Instant last = ZonedDateTime.of(2028, 2, 28, 17, 55, 0, 0, AMSTERDAM).toInstant();
        Pattern pattern = learned(expectation, local("2026-03-10T00:00"));
        assertThat(detector.silence(pattern, expectation, last, last).alarmAt().orElseThrow())
                .isBetween(local("2028-02-29T08:00"), local("2028-02-29T09:30"));
    }

    @Test
    void theAlarmAfterARecoveryIsTheSameTroubleOnlyWithinADay() {
        Instant alarm = local("2026-03-10T12:00");
        Pattern well = learned(expectation, local("2026-03-10T12:00"));
        assertThat(detector.isRelapse(well, alarm.minus(Duration.ofHours(3)), alarm))
                .isTrue();
        assertThat(detector.isRelapse(well, alarm.minus(Duration.ofDays(2)), alarm))
                .isFalse();
    }

    @Test
    void whoLimpsForDaysIsStillInTheSameTrouble() {
        Instant alarm = local("2026-03-12T12:00");
        List<HourCount> limping = new ArrayList<>(office(START, local("2026-03-10T00:00"), new Random(42)));
        limping.add(new HourCount(local("2026-03-10T10:00"), 1, 1, 1));
        limping.add(new HourCount(local("2026-03-11T15:00"), 1, 1, 1));
        Pattern pattern = detector.learn(Pattern.EMPTY, expectation, limping, alarm);
        assertThat(detector.isRelapse(pattern, alarm.minus(Duration.ofDays(2)), alarm))
                .isTrue();
        assertThat(detector.isRelapse(pattern, alarm.minus(Duration.ofDays(8)), alarm))
                .isFalse();
    }

    @Test
    void fullHoursAreMissedWithinMinutes() {
        List<HourCount> full = office(START, local("2026-03-10T00:00"), new Random(1)).stream()
                .map(hour -> hour.minutes() == 0 ? hour : new HourCount(hour.start(), (1L << 60) - 1, 6000, 50))
                .toList();
        Pattern pattern = detector.learn(Pattern.EMPTY, expectation, full, local("2026-03-10T00:00"));
        Instant last = local("2026-03-10T10:30");
        assertThat(detector.silence(pattern, expectation, last, last).alarmAt().orElseThrow())
                .isBetween(last.plus(Duration.ofMinutes(10)), last.plus(Duration.ofMinutes(13)));
    }

    private String sentence(Pattern pattern, Expectation known, Instant last, Instant now) {
        return new Explanations(detector)
                .silence("Acme", pattern, known, detector.silence(pattern, known, last, now))
                .sentence();
    }

    /** The local hour and minute of the alarm if nothing comes from Friday evening on. */
    private java.time.LocalTime alarmOfMonday(String monday) {
        Pattern pattern = learned(expectation, local("2026-03-10T00:00"));
        Instant friday =
                local(monday).atZone(AMSTERDAM).minusDays(3).withHour(17).toInstant();
        return detector.silence(pattern, expectation, friday, friday)
                .alarmAt()
                .orElseThrow()
                .atZone(AMSTERDAM)
                .toLocalTime();
    }

    @Test
    void aPatternKeepsItsWordThroughBytes() {
        Pattern pattern = learned(expectation, local("2026-03-10T09:00"));
        assertThat(Pattern.ofBytes(pattern.toBytes())).isEqualTo(pattern);
        assertThat(pattern.toBytes()).hasSizeLessThan(1126);
    }

    @Test
    void learningHourByHourIsLearningAtOnce() {
        Instant end = local("2026-02-10T09:00");
        List<HourCount> hours = office(START, end, new Random(1));
        Pattern step = Pattern.EMPTY;
        for (Instant at = START; !at.isAfter(end); at = at.plus(Duration.ofHours(1))) {
            step = detector.learn(step, expectation, hours, at);
        }
        assertThat(step).isEqualTo(detector.learn(Pattern.EMPTY, expectation, hours, end));
    }

    @Test
    void weeklyMaintenanceKeepsNobodyYoungForEver() {
        List<Window> sundays = new ArrayList<>();
        for (Instant at = START.plus(Duration.ofDays(6));
                at.isBefore(local("2026-03-10T00:00"));
                at = at.plus(Duration.ofDays(7))) {
            sundays.add(new Window(
                    Window.Kind.MAINTENANCE, at.plus(Duration.ofHours(2)), at.plus(Duration.ofHours(4)), "masts"));
        }
        Expectation known = expectation.withWindows(sundays);
        assertThat(detector.isYoung(learned(known, local("2026-01-20T00:00")))).isTrue();
        assertThat(detector.isYoung(learned(known, local("2026-02-03T00:00")))).isFalse();
    }

    private Pattern learned(Expectation known, Instant until) {
        return detector.learn(Pattern.EMPTY, known, office(START, until, new Random(42)), until);
    }

    /** About 20 packets an hour from 8 to 18 on Mondays to Fridays. */
    private static List<HourCount> office(Instant from, Instant until, Random random) {
        List<HourCount> hours = new ArrayList<>();
        for (Instant at = from; at.isBefore(until); at = at.plus(Duration.ofHours(1))) {
            ZonedDateTime local = at.atZone(AMSTERDAM);
            boolean works = local.getDayOfWeek().getValue() <= 5 && local.getHour() >= 8 && local.getHour() < 18;
            long mask = 0;
            for (int minute = 0; works && minute < 60; minute++) {
                mask |= random.nextDouble() < 1 / 3.0 ? 1L << minute : 0;
            }
            hours.add(new HourCount(at, mask, Long.bitCount(mask), works ? 5 : 0));
        }
        return hours;
    }

    private static Instant local(String text) {
        return LocalDateTime.parse(text).atZone(AMSTERDAM).toInstant();
    }

    private static org.assertj.core.data.TemporalUnitOffset within(int seconds) {
        return org.assertj.core.api.Assertions.within(seconds, java.time.temporal.ChronoUnit.SECONDS);
    }
}

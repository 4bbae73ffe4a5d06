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

    @Test
    void aVerdictExplainsItself() {
        Pattern pattern = learned(expectation, local("2026-03-10T09:00"));
        SilenceVerdict verdict =
                detector.silence(pattern, expectation, local("2026-03-10T09:12"), local("2026-03-10T12:00"));
        Explanation words = new Explanations(detector).silence("Acme NL", pattern, expectation, verdict);
        assertThat(words.sentence())
                .startsWith("Acme NL: 0 packets since 09:12; on a Tuesday 09:12–12:00 it sends ")
                .contains(" ± ", "such a gap happens less than once in 1,000 years")
                .endsWith("no calendar of holidays is known.");
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

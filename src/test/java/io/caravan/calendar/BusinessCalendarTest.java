package io.caravan.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BusinessCalendarTest {
    private static final ZoneId ZURICH = ZoneId.of("Europe/Zurich");

    private final BusinessCalendar office =
            calendar("2026-12-25,2026-12-28..2026-12-30,01-01", "MON-FRI 08:00-12:00", "MON-FRI 13:00-17:00");
    private final BusinessCalendar nights = calendar("12-24", "* 22:00-06:00");
    private final BusinessCalendar always = calendar("", "* 00:00-24:00");

    @ParameterizedTest
    @CsvSource({
        "2026-05-04T08:00, true", // a Monday
        "2026-05-04T07:59:59, false",
        "2026-05-04T12:00, false",
        "2026-05-04T16:59:59, true",
        "2026-05-04T17:00, false",
        "2026-05-09T10:00, false",
        "2026-12-25T10:00, false",
        "2026-12-29T10:00, false",
        "2026-12-31T10:00, true",
        "2027-01-01T10:00, false",
    })
    void anOfficeIsOpenInItsShifts(LocalDateTime local, boolean open) {
        assertThat(office.isOpen(at(local))).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-12-23T23:00, true",
        "2026-12-24T05:59, true",
        "2026-12-24T23:00, false",
        "2026-12-25T05:00, false",
        "2026-12-25T22:00, true",
    })
    void aNightShiftBelongsToTheDayOnWhichItBegins(LocalDateTime local, boolean open) {
        assertThat(nights.isOpen(at(local))).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({"2026-05-04, PT8H", "2026-03-28, PT7H", "2026-10-24, PT9H"})
    void aNightShiftIsAnHourShorterOrLongerWhenClocksChange(LocalDate evening, Duration length) {
        assertThat(nights.openTime(
                        at(evening.atTime(20, 0)), at(evening.plusDays(1).atTime(20, 0))))
                .isEqualTo(length);
    }

    @Test
    void openTimePassesOnlyInShifts() {
        Instant fridayAfternoon = at(LocalDateTime.parse("2026-05-08T16:00"));
        assertThat(office.after(fridayAfternoon, Duration.ofHours(1)))
                .contains(at(LocalDateTime.parse("2026-05-08T17:00")));
        assertThat(office.after(fridayAfternoon, Duration.ofHours(3)))
                .contains(at(LocalDateTime.parse("2026-05-11T10:00")));
        assertThat(office.after(fridayAfternoon, Duration.ofHours(6)))
                .contains(at(LocalDateTime.parse("2026-05-11T14:00")));
        assertThat(office.openTime(fridayAfternoon, at(LocalDateTime.parse("2026-05-11T14:00"))))
                .isEqualTo(Duration.ofHours(6));
        assertThatThrownBy(() -> office.after(fridayAfternoon, Duration.ofHours(-1)))
                .hasMessageContaining("zero or more");
    }

    @Test
    void aCalendarThatNeverClosesCountsAllTime() {
        Instant begin = at(LocalDateTime.parse("2026-01-01T00:00"));
        Instant end = at(LocalDateTime.parse("2027-01-01T00:00"));
        assertThat(always.openTime(begin, end)).isEqualTo(Duration.ofDays(365));
        assertThat(always.after(begin.plusSeconds(7), Duration.ofDays(300)))
                .contains(begin.plusSeconds(7).plus(Duration.ofDays(300)));
        assertThat(always.isOpen(begin)).isTrue();
    }

    @Test
    void overlappingShiftsCountOnce() {
        BusinessCalendar overlapping = calendar("", "MON 08:00-16:00", "MON 12:00-20:00", "MON 13:00-14:00");
        Instant monday = at(LocalDateTime.parse("2026-05-04T00:00"));
        assertThat(overlapping.openTime(monday, monday.plus(Duration.ofDays(1))))
                .isEqualTo(Duration.ofHours(12));
        assertThat(overlapping.after(monday, Duration.ofHours(10)))
                .contains(at(LocalDateTime.parse("2026-05-04T18:00")));
    }

    @Test
    void whatIsClosedOpensWithTheNextShift() {
        assertThat(office.openFrom(at(LocalDateTime.parse("2026-12-24T18:00"))))
                .contains(at(LocalDateTime.parse("2026-12-31T08:00")));
        Instant open = at(LocalDateTime.parse("2026-05-04T09:00"));
        assertThat(office.openFrom(open)).contains(open);
    }

    @Test
    void workdaysAreFoundForthAndBack() {
        LocalDate christmas = LocalDate.parse("2026-12-25");
        assertThat(office.isWorkday(christmas)).isFalse();
        assertThat(office.workdayFrom(christmas)).contains(LocalDate.parse("2026-12-31"));
        assertThat(office.workdayUntil(christmas)).contains(LocalDate.parse("2026-12-24"));
        assertThat(office.workdayFrom(LocalDate.parse("2026-05-04"))).contains(LocalDate.parse("2026-05-04"));
    }

    @Test
    void aShiftThatBeginsInAGapOfTheClocksBeginsAtItsEnd() {
        BusinessCalendar early = calendar("", "SUN 02:30-06:00");
        assertThat(early.openFrom(at(LocalDateTime.parse("2026-03-29T00:00"))))
                .contains(Instant.parse("2026-03-29T01:00:00Z"));
    }

    @Test
    void whatCannotBeReadIsToldWithTheCure() {
        assertThatThrownBy(() -> Shift.parse("weekdays nine to five"))
                .hasMessageContaining("Write it such as: MON-FRI 06:00-22:00");
        assertThatThrownBy(() -> Shift.parse("MOO 06:00-22:00")).hasMessageContaining("'MOO' is no day of week");
        assertThatThrownBy(() -> Shift.parse("MON 06:00-25:00")).hasMessageContaining("is no shift");
        assertThatThrownBy(() -> NamedDays.closed(List.of("2026-02-30")))
                .hasMessageContaining("'2026-02-30' is no day");
        assertThatThrownBy(() -> NamedDays.closed(List.of("2026-08-07..2026-07-20")))
                .hasMessageContaining("is no day");
        assertThatThrownBy(() -> new BusinessCalendar("idle", ZURICH, List.of(), SpecialDays.NONE))
                .hasMessageContaining("never opens");
    }

    private static BusinessCalendar calendar(String holidays, String... shifts) {
        List<String> days = holidays.isEmpty() ? List.of() : List.of(holidays.split(",", -1));
        return new BusinessCalendar(
                "test", ZURICH, Arrays.stream(shifts).map(Shift::parse).toList(), NamedDays.closed(days));
    }

    private static Instant at(LocalDateTime local) {
        return local.atZone(ZURICH).toInstant();
    }
}

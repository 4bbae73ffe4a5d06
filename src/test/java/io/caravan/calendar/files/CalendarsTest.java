package io.caravan.calendar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.DayKind;
import io.caravan.routes.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalendarsTest {
    private static final ZoneId AMSTERDAM = ZoneId.of("Europe/Amsterdam");

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-05-04T12:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                "calendar       | date       | kind    | reason",
                "nl-workdays    | 2026-04-02 | WORKDAY | a Thursday", // Good Friday is none in the Netherlands
                "nl-workdays    | 2026-04-03 | WORKDAY | a Friday",
                "nl-workdays    | 2026-04-06 | CLOSED  | Easter Monday",
                "nl-workdays    | 2026-04-11 | CLOSED  | a Saturday",
                "nl-workdays    | 2026-04-27 | CLOSED  | Kings' Birthday",
                "nl-workdays    | 2026-05-05 | WORKDAY | a Tuesday",
                "nl-workdays    | 2026-05-13 | WEAK    | the eve of Ascension Day",
                "nl-workdays    | 2026-05-14 | CLOSED  | Ascension Day",
                "nl-workdays    | 2026-05-15 | WEAK    | a bridge day at Ascension Day",
                "nl-workdays    | 2026-12-24 | HALF    | Christmas Eve",
                "nl-workdays    | 2030-12-31 | HALF    | New Year's Eve",
                "nl-depot       | 2026-05-16 | WORKDAY | a Saturday",
                "nl-depot       | 2026-12-24 | CLOSED  | turn of the year",
                "nl-depot       | 2026-12-27 | WORKDAY | stocktaking", // a Sunday, within the shutdown
                "nl-depot       | 2026-05-14 | CLOSED  | Ascension Day",
                "de-by-workdays | 2026-01-06 | CLOSED  | Epiphany",
                "de-by-workdays | 2026-01-05 | WEAK    | a bridge day at Epiphany",
            })
    void theCalendarsThatWeShipKnowTheirDays(String calendar, LocalDate date, DayKind kind, String reason) {
        BusinessCalendar shipped = new Calendars(Path.of("config/calendars"), clock).named(calendar);
        assertThat(shipped.kind(date)).isEqualTo(kind);
        assertThat(shipped.reason(date)).isEqualTo(reason);
        assertThat(shipped.isWorkday(date)).isEqualTo(kind != DayKind.CLOSED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                "code  | date       | closed",
                "gb    | 2022-01-01 | true", // a Saturday
                "gb    | 2022-01-03 | true", // on which it was observed
                "us    | 2021-12-31 | true", // of the year after
                "us    | 2021-12-24 | true",
                "nl    | 2025-04-26 | true", // King's Day was a Sunday
                "de    | 2026-01-06 | false",
                "de-by | 2026-01-06 | true",
                "de/by | 2026-01-06 | true",
                "DE-BY | 2026-01-06 | true",
            })
    void aHolidayClosesItsDayAndTheDayOnWhichItIsObserved(String code, LocalDate date, boolean closed) {
        write("here.yaml", "shifts: ['* 00:00-24:00']", "holidays: " + code);
        assertThat(calendars().named("here").isWorkday(date)).isNotEqualTo(closed);
    }

    @Test
    void everySettingIsReadAndTheFirstWordAboutADayCounts() {
        write(
                "own.yaml",
                "zone: Europe/Amsterdam",
                "shifts: [MON-FRI 08:00-17:00, MON-FRI 22:00-06:00]",
                "companyDays: [2026-06-01 Founders, 07-01]",
                "shutdowns: 2026-08-03..2026-08-07",
                "halfDays: [2026-06-02]",
                "halfDayEnd: '13:30'",
                "weakDays: [2026-06-03]",
                "extraWorkdays: [2026-06-06, 2026-08-05]",
                "bridgeDays: half",
                "eves: workday");
        BusinessCalendar own = calendars().named("own");
        assertThat(own.zone()).isEqualTo(AMSTERDAM);
        assertThat(own.kind(LocalDate.parse("2026-06-01"))).isEqualTo(DayKind.CLOSED);
        assertThat(own.kind(LocalDate.parse("2027-07-01"))).isEqualTo(DayKind.CLOSED);
        assertThat(own.kind(LocalDate.parse("2026-08-04"))).isEqualTo(DayKind.CLOSED);
        assertThat(own.kind(LocalDate.parse("2026-08-05"))).isEqualTo(DayKind.WORKDAY);
        assertThat(own.kind(LocalDate.parse("2026-06-03"))).isEqualTo(DayKind.WEAK);
        assertThat(own.kind(LocalDate.parse("2026-07-31"))).isEqualTo(DayKind.WORKDAY);
        assertThat(own.kind(LocalDate.parse("2027-07-02"))).isEqualTo(DayKind.HALF); // Friday after a Thursday
        assertThat(openOn(own, "2026-06-02")).isEqualTo(Duration.ofMinutes(330));
        assertThat(openOn(own, "2026-06-06"))
                .isEqualTo(Duration.ofHours(6 + 9 + 2)); // a Saturday with Friday's night and Monday's shifts
        assertThat(DayKind.WEAK.expectation()).isBetween(0.0, 1.0);
    }

    @Test
    void aCalendarExtendsOthersAndOutranksThem() {
        write("base.yaml", "zone: Europe/Amsterdam", "holidays: nl", "companyDays: [2026-06-01 base]", "eves: workday");
        write("more.yaml", "companyDays: [2026-06-02 more]", "shifts: MON-SAT 08:00-12:00");
        write("child.yaml", "extends: [base, more]", "extraWorkdays: [2026-06-01 child]");
        BusinessCalendar child = calendars().named("child");
        assertThat(child.zone()).isEqualTo(AMSTERDAM);
        assertThat(child.reason(LocalDate.parse("2026-06-01"))).isEqualTo("child");
        assertThat(child.reason(LocalDate.parse("2026-06-02"))).isEqualTo("more");
        assertThat(child.isWorkday(LocalDate.parse("2026-04-06"))).isFalse();
        assertThat(child.isWorkday(LocalDate.parse("2026-06-06"))).isTrue();
        assertThat(child.kind(LocalDate.parse("2026-05-13"))).isEqualTo(DayKind.WORKDAY);
    }

    @Test
    void wholeDayEventsOfAnICalendarFileAreDays() throws IOException {
        Files.writeString(folder.resolve("school.ics"), """
                BEGIN:VCALENDAR
                VERSION:2.0
                PRODID:-//school//EN
                BEGIN:VEVENT
                UID:1
                DTSTART;VALUE=DATE:20260713
                DTEND;VALUE=DATE:20260718
                SUMMARY:Summer holidays
                END:VEVENT
                BEGIN:VEVENT
                UID:2
                DTSTART;VALUE=DATE:20250303
                RRULE:FREQ=YEARLY
                EXDATE;VALUE=DATE:20270303
                SUMMARY:Carnival
                END:VEVENT
                BEGIN:VEVENT
                UID:3
                DTSTART:20260601T100000Z
                DTEND:20260601T110000Z
                SUMMARY:A meeting
                END:VEVENT
                BEGIN:VEVENT
                UID:4
                STATUS:CANCELLED
                DTSTART;VALUE=DATE:20260602
                SUMMARY:Cancelled
                END:VEVENT
                END:VCALENDAR
                """.replace("\n", "\r\n"));
        write("school.yaml", "ics: [{file: school.ics, as: weak}]");
        BusinessCalendar school = calendars().named("school");
        assertThat(school.kind(LocalDate.parse("2026-07-13"))).isEqualTo(DayKind.WEAK);
        assertThat(school.reason(LocalDate.parse("2026-07-17"))).isEqualTo("Summer holidays");
        assertThat(school.reason(LocalDate.parse("2026-07-20"))).isEqualTo("a Monday");
        assertThat(school.kind(LocalDate.parse("2027-03-03"))).isEqualTo(DayKind.WORKDAY);
        assertThat(school.kind(LocalDate.parse("2028-03-03"))).isEqualTo(DayKind.WEAK);
        assertThat(school.kind(LocalDate.parse("2026-06-01"))).isEqualTo(DayKind.WORKDAY);
        assertThat(school.kind(LocalDate.parse("2026-06-02"))).isEqualTo(DayKind.WORKDAY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zone: Amsterdam                      | 2: 'Amsterdam' is no time zone; write one of the tz database",
                "shifts: [MON 08:00-25:00]            | 2: 'MON 08:00-25:00' is no shift",
                "companyDays: [2026-02-30]            | 2: '2026-02-30' is no day; write it such as 2026-04-06",
                "companyDayz: [2026-02-28]            | 2: 'companyDayz' is not known; did you mean 'companyDays'?",
                "holidays: nx                         | names no country whose holidays are known",
                "holidays: de-bx                      | 2: 'de-bx': 'bx' is no region; did you mean",
                "holidays: {country: nl, except: [Liberatn day]} | 'Liberatn day' is no holiday of 'nl'; did you mean 'Liberation Day'?",
                "holidays: {nationality: nl}          | 2: 'nationality' is not known in 'holidays'; known here: bank, country, except, region",
                "holidays: {region: by}               | lacks its country",
                "bridgeDays: weakly                   | 2: 'weakly' is no kind of day; did you mean 'weak'?",
                "halfDayEnd: noon                     | 2: 'noon' is no time of day",
                "ics: [{file: scool.ics}]             | 2: There is no file 'scool.ics' beside this calendar",
                "extends: [wrng]                      | 2: Calendar 'wrng', which it extends, is unknown; did you mean 'wrong'?",
                "extends: [wrong]                     | 2: Calendar 'wrong' extends itself: wrong -> wrong; leave one of them out",
                "- a                                  | The file can't be understood",
                "zone: [                              | expected",
            })
    void aMistakeIsToldWithItsLineAndTheCure(String line, String message) {
        write("wrong.yaml", "# a calendar", line);
        assertThat(calendars().problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.toString()).contains("wrong.yaml:").contains(message));
        assertThatThrownBy(() -> calendars().named("wrong")).hasMessageContaining("Calendar 'wrong' can't be read: ");
    }

    @Test
    void calendarsThatExtendOneAnotherAreToldAsTheChainThatTheyAre() {
        write("a.yaml", "extends: b");
        write("b.yaml", "extends: c");
        write("c.yaml", "extends: a");
        assertThat(calendars().problems())
                .hasSize(3)
                .anySatisfy(problem -> assertThat(problem.toString())
                        .contains("c.yaml:1: Calendar 'a' extends itself: a -> b -> c -> a; leave one of them out"));
    }

    @Test
    void anUnknownNameIsToldWithTheOneThatWasMeant() {
        write("nl-workdays.yaml", "holidays: nl");
        assertThatThrownBy(() -> calendars().named("nl-workday"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Calendar 'nl-workday' is unknown")
                .hasMessageContaining("did you mean 'nl-workdays'?");
        assertThat(calendars().find("nl-workday")).isEmpty();
        assertThat(calendars().names()).containsExactly("nl-workdays");
        assertThat(new Calendars(folder.resolve("none"), clock).names()).isEmpty();
    }

    @Test
    void aChangedFileIsReadAgainAndABrokenOneLeavesTheLastGoodCalendar() {
        write("own.yaml", "companyDays: [2026-06-01]");
        Calendars calendars = calendars();
        LocalDate second = LocalDate.parse("2026-06-02");
        assertThat(calendars.named("own").isWorkday(second)).isTrue();
        write("own.yaml", "companyDays: [2026-06-01, 2026-06-02]");
        assertThat(calendars.named("own").isWorkday(second)).isTrue();
        now = now.plusSeconds(1);
        assertThat(calendars.named("own").isWorkday(second)).isFalse();
        write("own.yaml", "companyDays: [soon]");
        now = now.plusSeconds(1);
        assertThat(calendars.named("own").isWorkday(second)).isFalse();
        assertThat(calendars.problems()).extracting(Problem::line).isEqualTo(List.of(1));
        write("own.yaml", "companyDays: []");
        now = now.plusSeconds(1);
        assertThat(calendars.named("own").isWorkday(second)).isTrue();
        assertThat(calendars.problems()).isEmpty();
    }

    private static Duration openOn(BusinessCalendar calendar, String date) {
        LocalDateTime begin = LocalDate.parse(date).atStartOfDay();
        return calendar.openTime(
                begin.atZone(AMSTERDAM).toInstant(),
                begin.plusDays(1).atZone(AMSTERDAM).toInstant());
    }

    private Calendars calendars() {
        return new Calendars(folder, clock);
    }

    private void write(String name, String... lines) {
        try {
            Files.write(folder.resolve(name), List.of(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

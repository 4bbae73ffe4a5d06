package io.caravan.watch.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.calendar.files.Calendars;
import io.caravan.watch.detect.Window;
import io.caravan.watch.fleet.ExpectedDay.Expect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetCalendarTest {
    private @TempDir Path folder;

    private ExpectedDay on(String date, String settings) throws Exception {
        Files.writeString(
                folder.resolve("depot.yaml"),
                "{zone: Europe/Amsterdam, holidays: nl, companyDays: [2026-06-05 outing], halfDays: [12-31 half day]}");
        return calendar(settings, List.of()).days(LocalDate.parse(date), 1).get(0);
    }

    private FleetCalendar calendar(String settings, List<Window> handmade) throws Exception {
        FleetSettings written = SettingsJson.read(new ObjectMapper().readTree(settings.replace('\'', '"')));
        return FleetCalendar.of(written, new Calendars(folder, Clock.systemUTC()), handmade);
    }

    @Test
    void aSilenceThatSomebodyExpectsIsShown() throws Exception {
        Window window = new Window(
                Window.Kind.EXPECTED,
                Instant.parse("2026-11-24T08:00:00Z"),
                Instant.parse("2026-11-26T23:00:00Z"),
                "works holiday");
        List<ExpectedDay> days =
                calendar("{'zone': 'Europe/Amsterdam'}", List.of(window)).days(LocalDate.parse("2026-11-24"), 4);
        assertThat(days)
                .extracting(ExpectedDay::expect)
                .containsExactly(Expect.USUAL, Expect.NOTHING, Expect.NOTHING, Expect.USUAL);
        assertThat(days.get(0).reasons())
                .containsExactly("expected silence 2026-11-24 09:00 to 2026-11-27 00:00: works holiday");
        assertThat(days.get(3).reasons()).isEmpty();
    }

    private ExpectedDay merged(String date, int dutch, int americans) throws Exception {
        return new MergedCalendar(List.of(
                        new MergedCalendar.Part(calendar("{'country': 'nl'}", List.of()), dutch, 0),
                        new MergedCalendar.Part(calendar("{'country': 'us'}", List.of()), americans, 0)))
                .days(LocalDate.parse(date), 1)
                .get(0);
    }

    @Test
    void aDayIsAsSpecialToAMergedStreamAsToHalfOfItsFleets() throws Exception {
        assertThat(merged("2026-04-27", 3, 2))
                .extracting(ExpectedDay::expect, day -> day.reasons().get(0))
                .containsExactly(Expect.LITTLE, "Kings' Birthday (3 of 5 fleets)");
        assertThat(merged("2026-04-27", 2, 3).expect()).isEqualTo(Expect.USUAL);
        assertThat(merged("2026-01-01", 2, 3).expect()).isEqualTo(Expect.LITTLE);
    }

    @Test
    void aDayAsAnyOtherNeedsNoReason() throws Exception {
        ExpectedDay day = on("2026-11-24", "{'country': 'nl'}");

        assertThat(day.expect()).isEqualTo(Expect.USUAL);
        assertThat(day.reasons()).isEmpty();
    }

    @Test
    void holidaysEvesHalfDaysAndCompanyDaysAreToldByName() throws Exception {
        assertThat(on("2026-12-25", "{'calendars': 'depot'}"))
                .extracting(ExpectedDay::expect, day -> day.reasons().get(0))
                .containsExactly(Expect.LITTLE, "1st Christmas day");
        assertThat(on("2026-12-24", "{'calendars': 'depot'}").reasons())
                .containsExactly("the eve of 1st Christmas day");
        assertThat(on("2026-12-31", "{'calendars': 'depot'}"))
                .extracting(ExpectedDay::expect, day -> day.reasons().get(0))
                .containsExactly(Expect.LESS, "half day");
        assertThat(on("2026-06-05", "{'calendars': 'depot'}").reasons()).containsExactly("outing");
    }

    @Test
    void bothTheActualAndTheObservedHolidayCount() throws Exception {
        assertThat(on("2027-07-04", "{'country': 'us'}").reasons()).containsExactly("Independence Day");
        assertThat(on("2027-07-05", "{'country': 'us'}").reasons()).containsExactly("Independence Day (observed)");
    }

    @Test
    void whoWorksOnHolidaysIsExpectedAsUsual() throws Exception {
        ExpectedDay day = on("2026-12-25", "{'country': 'nl', 'worksOnHolidays': true}");

        assertThat(day.expect()).isEqualTo(Expect.USUAL);
        assertThat(day.reasons()).containsExactly("1st Christmas day", "works on holidays");
    }

    /** As the detector has it: many of those who work on holidays do less around them. */
    @Test
    void lessIsExpectedOfAnEveAlsoOfWhoWorksOnHolidays() throws Exception {
        ExpectedDay day = on("2026-12-24", "{'calendars': 'depot', 'worksOnHolidays': true}");
        assertThat(day.expect()).isEqualTo(Expect.LESS);
    }

    @Test
    void maintenanceOfAWholeDayLeavesNothingToExpect() throws Exception {
        ExpectedDay day = on(
                "2026-12-01",
                "{'zone': 'Europe/Amsterdam', 'maintenance': {'from': '2026-11-30 22:00', 'until': '2026-12-02', 'note': 'depot moves'}}");

        assertThat(day.expect()).isEqualTo(Expect.NOTHING);
        assertThat(day.reasons()).containsExactly("maintenance 2026-11-30 22:00 to 2026-12-02 00:00: depot moves");
    }

    /** 26 December 2026 is a Saturday. */
    @Test
    void aHolidayWithoutShiftLeavesNothingToExpectEither() throws Exception {
        ExpectedDay day = on("2026-12-26", "{'country': 'nl', 'schedule': 'MON-FRI 06:00-18:00'}");

        assertThat(day.expect()).isEqualTo(Expect.NOTHING);
        assertThat(day.reasons()).hasSize(2).last().isEqualTo("no shift on a Saturday, until the week is learned");
    }

    @Test
    void aDayWithoutShiftIsFreeUntilTheWeekIsLearned() throws Exception {
        assertThat(on("2026-11-28", "{'schedule': 'MON-FRI 06:00-18:00'}").reasons())
                .containsExactly("no shift on a Saturday, until the week is learned");
        assertThat(on("2026-11-28", "{'schedule': 'MON-FRI 20:00-05:00'}").expect())
                .isEqualTo(Expect.USUAL);
        assertThat(on("2026-11-29", "{'schedule': 'MON-FRI 20:00-05:00'}").expect())
                .isEqualTo(Expect.NOTHING);
    }

    @Test
    void changesOfTheClocksAreTold() throws Exception {
        assertThat(on("2026-03-29", "{'zone': 'Europe/Amsterdam'}").reasons())
                .containsExactly("clocks go forward from 02:00 to 03:00: a day of 23 hours");
        assertThat(on("2026-10-25", "{'zone': 'Europe/Amsterdam'}").reasons())
                .containsExactly("clocks go back from 03:00 to 02:00: a day of 25 hours");
    }
}

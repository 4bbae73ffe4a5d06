package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.calendar.files.Calendars;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.watch.Timeline.Rhythm;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Author;
import io.caravan.watch.fleet.ExpectedDay;
import io.caravan.watch.fleet.Fleets;
import io.caravan.watch.series.SeriesState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Merged streams know what is written of their members, and only there. 27 April 2026 is a Monday and King's Day, 3 March a Tuesday. */
@ExtendWith(PostgresExtension.class)
class MembersCalendarsTest {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final Author ANN = new Author("ann", "she called");
    private static final Rhythm OFFICE = office(0);
    private static final Rhythm HEAVY = (minute, zone) -> minute.getMinute() % 3 == 1 ? 6 : 0;
    private static final String SOUTH = "acme/south";
    private static final List<String> CITY = List.of("acme/school", "acme/roads", "globe/taxi");
    private static final String TWO_PROVIDERS = """
            providers:
              acme: {country: nl, zone: Europe/Amsterdam, credential: main}
              globe: {country: nl, zone: Europe/Amsterdam}
            fleets:
              "*": {tenant: city, region: amsterdam}
            """;

    private final Database database;

    @TempDir
    private Path config = Path.of("");

    MembersCalendarsTest(Database database) {
        this.database = database;
    }

    private static Rhythm office(int third) {
        return (minute, zone) ->
                Rhythm.workdays(6, 20, 1).packets(minute, zone) > 0 && minute.getMinute() % 3 == third ? 1 : 0;
    }

    private static Timeline silence(Timeline line, List<String> names) {
        names.forEach(name -> line.rhythm(name, Rhythm.SILENT));
        return line;
    }

    private Timeline city(String start, String yaml) {
        Timeline line = new Timeline(database, start).written(config, yaml);
        CITY.forEach(name -> line.fleet(name, office(CITY.indexOf(name))));
        line.lookingEvery(FIVE_MINUTES);
        return line.pass(Duration.ofHours(1));
    }

    private FleetOperations operations(Timeline line) {
        return new FleetOperations(database, line.clock(), line.profiles());
    }

    @Test
    void theHolidayOfAllMembersIsTheirTenantsToo() {
        Timeline line = city("2026-04-26T18:00", TWO_PROVIDERS);
        silence(line, CITY).until("2026-04-27T22:00");
        assertThat(line.events()).isEmpty();

        line.until("2026-04-28T09:00");
        assertThat(line.events()).as("of the day after it is told").isNotEmpty();
    }

    @Test
    void theCalendarOfATenantShowsTheSilenceThatSomebodyExpectsOfItsFleets() {
        Timeline line = city("2026-04-24T08:00", TWO_PROVIDERS);
        operations(line)
                .expect(
                        ANN,
                        "acme/*",
                        Window.Kind.EXPECTED,
                        line.now(),
                        Timeline.moment("2026-04-26T00:00"),
                        "new masts");
        Fleets fleets = Fleets.ofFile(
                config.resolve("fleets.yaml"), new Calendars(Path.of("config/calendars"), line.clock()), line.clock());
        FleetDirectory directory = new FleetDirectory(database, fleets);

        List<ExpectedDay> days = directory.calendar("city").days(LocalDate.parse("2026-04-25"), 3);
        assertThat(days)
                .extracting(ExpectedDay::expect)
                .containsExactly(ExpectedDay.Expect.LESS, ExpectedDay.Expect.USUAL, ExpectedDay.Expect.LITTLE);
        assertThat(days.get(0).reasons())
                .containsExactly("expected silence 2026-04-24 09:00 to 2026-04-26 00:00: new masts (2 of 3 fleets)");
        assertThat(directory.calendar("acme:main").days(LocalDate.parse("2026-04-25"), 1))
                .extracting(ExpectedDay::expect)
                .containsExactly(ExpectedDay.Expect.NOTHING);
        assertThat(directory.calendar("roads").days(LocalDate.parse("2026-04-25"), 1))
                .extracting(ExpectedDay::expect)
                .containsExactly(ExpectedDay.Expect.NOTHING);
    }

    @Test
    void aMaintenanceOfAllFleetsOfAProviderIsThatOfItsMergedStreamsToo() {
        Timeline line = city("2026-03-03T08:00", TWO_PROVIDERS);
        operations(line)
                .expect(
                        ANN,
                        "acme/*",
                        Window.Kind.MAINTENANCE,
                        line.now(),
                        Timeline.moment("2026-03-03T16:00"),
                        "new masts");
        silence(line, List.of("acme/school", "acme/roads")).until("2026-03-03T15:59");
        assertThat(line.events()).as("of acme, acme:main, city and amsterdam").isEmpty();
        assertThat(line.state("acme")).isEqualTo(SeriesState.MAINTENANCE);
        assertThat(line.state("city")).isEqualTo(SeriesState.ON_TIME);

        line.until("2026-03-03T17:00");
        assertThat(line.events()).contains("opened acme silent");
    }

    @Test
    void whoIsLeftDuringTheMaintenanceOfMostIsNotMissedWhenItRestsByHabit() {
        Timeline line = new Timeline(database, "2026-03-03T08:00")
                .written(config, TWO_PROVIDERS)
                .fleet("acme/school", OFFICE)
                .fleet("acme/roads", Rhythm.workdays(20, 24, 2))
                .lookingEvery(FIVE_MINUTES);
        line.pass(Duration.ofHours(1));
        operations(line)
                .expect(
                        ANN,
                        "acme/school",
                        Window.Kind.MAINTENANCE,
                        line.now(),
                        Timeline.moment("2026-03-04T16:00"),
                        "garage");
        silence(line, List.of("acme/school")).until("2026-03-04T15:59");
        assertThat(line.events()).isEmpty();
    }

    @Test
    void anOutageOfThoseWhoWorkIsFoundThoughSomeHaveAHoliday() {
        String yaml = TWO_PROVIDERS + "  acme/roads: {worksOnHolidays: true}\n  globe/taxi: {worksOnHolidays: true}\n";
        Timeline line = city("2026-04-26T18:00", yaml);
        silence(line, List.of("acme/school")).until("2026-04-27T10:00");
        assertThat(line.events()).isEmpty();

        silence(line, CITY).until("2026-04-27T12:00");
        assertThat(line.events()).first().isEqualTo("opened amsterdam silent");
    }

    @Test
    void aWeekGoesByTheClockOfTheMembers() {
        String yaml = """
                fleets:
                  "*": {tenant: city, zone: America/New_York}
                """;
        Timeline line = city("2026-03-03T08:00", yaml);
        assertThat(line.report("city").expectation().zone()).hasToString("America/New_York");
    }

    /** North and south, and one with three quarters of the packets. */
    private Timeline three() {
        Timeline line = new Timeline(database, "2026-03-03T08:00")
                .written(config, TWO_PROVIDERS)
                .fleet("acme/north", Rhythm.always(3))
                .fleet(SOUTH, Rhythm.always(3))
                .fleet("acme/big", HEAVY)
                .lookingEvery(FIVE_MINUTES);
        return line.pass(Duration.ofHours(1));
    }

    @Test
    void aLargeFleetInMaintenanceIsNoDropOfItsProvidersVolume() {
        Timeline line = three();
        operations(line)
                .expect(
                        ANN,
                        "acme/big",
                        Window.Kind.MAINTENANCE,
                        line.now(),
                        Timeline.moment("2026-03-04T18:00"),
                        "garage");
        silence(line, List.of("acme/big")).until("2026-03-04T17:50");
        assertThat(line.events()).isEmpty();
        line.rhythm("acme/big", HEAVY).until("2026-03-05T08:00");
        assertThat(line.events()).isEmpty();
    }

    @Test
    void aLargeFleetThatIsSilentIsNoSecondTroubleOfItsProvider() {
        Timeline line = three();
        silence(line, List.of("acme/big")).until("2026-03-04T14:00");
        assertThat(line.events())
                .startsWith("opened acme/big silent")
                .noneMatch(told -> told.startsWith("opened acme ")
                        || told.startsWith("opened city ")
                        || told.startsWith("opened amsterdam "));
    }

    @Test
    void aLargeFleetThatIsRetiredIsMissedByNobody() {
        Timeline line = three();
        operations(line).retire(ANN, "acme/big");
        silence(line, List.of("acme/big")).until("2026-03-04T14:00");
        assertThat(line.events()).isEmpty();
        assertThat(line.state("acme")).isEqualTo(SeriesState.ON_TIME);
    }
}

package io.caravan.watch.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.files.Calendars;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.routes.Problem;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.SpecialDates;
import io.caravan.watch.detect.Window;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PostgresExtension.class)
class FleetsTest {
    private static final Instant MONDAY = Instant.parse("2026-11-30T12:00:00Z");
    private static final ZoneId DUTCH = ZoneId.of("Europe/Amsterdam");

    private final Database database;
    private final SettableClock clock = new SettableClock(MONDAY);
    private @TempDir Path config;
    private Path file = Path.of("");
    private Calendars calendars = new Calendars(Path.of(""), clock);
    private Fleets fleets = Fleets.ofFile(Path.of(""), calendars, clock);

    FleetsTest(Database database) {
        this.database = database;
    }

    private static final class SettableClock extends Clock {
        private Instant now;

        SettableClock(Instant now) {
            this.now = now;
        }

        void tick() {
            now = now.plusSeconds(2);
        }

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
    }

    @BeforeEach
    void project() throws IOException {
        Files.createDirectory(config.resolve("calendars"));
        Files.writeString(config.resolve("calendars/nl-workdays.yaml"), "{zone: Europe/Amsterdam, holidays: nl}");
        file = config.resolve("fleets.yaml");
        calendars = new Calendars(config.resolve("calendars"), clock);
        fleets = Fleets.of(file, calendars, database, clock);
    }

    private void write(String yaml) throws IOException {
        Files.writeString(file, yaml);
        clock.tick();
    }

    private static FleetSettings settings(String json) throws Exception {
        return SettingsJson.read(new ObjectMapper().readTree(json.replace('\'', '"')));
    }

    @Test
    void laterEntriesGoBeforeEarlierOnesFieldByField() throws Exception {
        write("""
                defaults: {owner: desk, zone: UTC}
                providers:
                  acme: {zone: Europe/Amsterdam, country: nl}
                fleets:
                  acme/night-nl: {severity: high}
                  acme/night-*: {severity: low, tenant: night}
                  "*/night-nl": {contact: nl@night.example}
                """);

        FleetSettings night = fleets.ofFleet("acme/night-nl");
        assertThat(night.severity()).contains(Severity.LOW);
        assertThat(night.tenant()).contains("night");
        assertThat(night.contact()).contains("nl@night.example");
        assertThat(night.zone()).contains(DUTCH);
        assertThat(night.owner()).contains("desk");
        assertThat(fleets.ofFleet("other/day").zone()).contains(ZoneId.of("UTC"));
        assertThat(fleets.ofProvider("acme").country()).contains("nl");
    }

    @Test
    void withoutAFileNothingIsSaid() {
        assertThat(fleets.ofFleet("acme/any")).isEqualTo(FleetSettings.NONE);
        assertThat(fleets.problems()).isEmpty();
    }

    @Test
    void aSaveIsTakenOverAndABrokenOneChangesNothing() throws Exception {
        write("fleets: {acme/a: {severity: high}}");
        assertThat(fleets.ofFleet("acme/a").severity()).contains(Severity.HIGH);
        long before = fleets.version();

        write("fleets: {acme/a: {severity: hihg}, acme/b: {severity: low}}");
        assertThat(fleets.ofFleet("acme/a").severity()).contains(Severity.HIGH);
        assertThat(fleets.ofFleet("acme/b").severity()).isEmpty();
        assertThat(fleets.problems()).hasSize(1);
        assertThat(fleets.version()).isEqualTo(before);

        write("fleets: {acme/a: {severity: critical}}");
        assertThat(fleets.ofFleet("acme/a").severity()).contains(Severity.CRITICAL);
        assertThat(fleets.problems()).isEmpty();
        assertThat(fleets.version()).isGreaterThan(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zone: Europe/Amsterdm | zone: 'Europe/Amsterdm' is no time zone | did you mean 'Europe/Amsterdam'?",
                "calendars: nl-workday | calendars: Calendar 'nl-workday' is unknown | did you mean 'nl-workdays'?",
                "country: xx | country: 'xx' names no country | ",
                "zne: UTC | 'zne' is not known | did you mean 'zone'?",
                "schedule: MO 06-18 | schedule: 'MO 06-18' is no shift | MON-FRI 06:00-22:00",
                "maintenance: {from: 2026-12-01, until: 2026-11-30} | '2026-11-30' is not after '2026-12-01' | let a maintenance end",
                "maintenance: {every: 0 2 1 * *, for: 20d} | is no length of a maintenance | give it 1m to 7d",
                "retireAfter: 3h | '3h' is too short to retire anything | write 1d or more",
                "packetsPerHour: many | packetsPerHour: 'many' is no number of packets | write such as 120",
                "worksOnHolidays: perhaps | worksOnHolidays: 'perhaps' is neither true nor false | write one of them",
            })
    void eachMistakeIsToldAtItsLineWithItsCure(String field, String what, String cure) throws Exception {
        write("# a comment\nfleets:\n  acme/a:\n    owner: desk\n    " + field + "\n");

        assertThat(fleets.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo(file);
            assertThat(problem.line()).isEqualTo(5);
            assertThat(problem.what() + "; " + problem.cure()).contains(what);
            assertThat(problem.toString()).contains(Optional.ofNullable(cure).orElse(""));
        });
    }

    @Test
    void aFleetWithoutItsProviderAndAnUnknownSectionAreMistakes() throws Exception {
        write("fleets:\n  north: {severity: low}\nflets: {}\n");

        assertThat(fleets.problems())
                .extracting(Problem::toString)
                .containsExactly(
                        file + ":3: 'flets' is not known; did you mean 'fleets'?",
                        file
                                + ":2: 'north' is the name of no fleet, for those are written <provider>/<fleet>; write '*/north', or the provider instead of the star");
    }

    @Test
    void textThatIsNoYamlIsToldWithItsLine() throws Exception {
        write("fleets:\n  acme/a: {severity: low\n");

        assertThat(fleets.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.line()).isGreaterThan(1));
    }

    @Test
    void whatIsSetByHandGoesBeforeTheFileOnEveryNode() throws Exception {
        write("fleets: {acme/a: {severity: high, owner: desk}}");
        Fleets otherNode = Fleets.of(file, calendars, database, clock);
        SeriesRepository series = new SeriesRepository(database);
        series.findOrCreate(SeriesKind.FLEET, List.of("acme/a"), MONDAY);
        long id = series.find(SeriesKind.FLEET, "acme/a").orElseThrow().id();

        new SettingRepository(database).save(id, settings("{'owner': 'night-desk'}"), clock.instant(), "ann");
        clock.tick();

        assertThat(otherNode.ofFleet("acme/a").owner()).contains("night-desk");
        assertThat(otherNode.ofFleet("acme/a").severity()).contains(Severity.HIGH);
        assertThat(otherNode.overrideOf("acme/a")).contains(settings("{'owner': 'night-desk'}"));

        new SettingRepository(database).save(id, FleetSettings.NONE, clock.instant(), "ann");
        clock.tick();
        assertThat(otherNode.ofFleet("acme/a").owner()).contains("desk");
    }

    @Test
    void settingsAreWrittenAsTheyAreRead() throws Exception {
        FleetSettings all = settings("""
                {'name': 'A', 'tenant': 't', 'provider': 'p', 'credential': 'c', 'country': 'de', 'region': 'by', 'zone': 'Europe/Berlin',
                 'calendars': ['one', 'two'], 'schedule': ['MON-FRI 06:00-18:00', 'SAT 18:00-24:00'], 'packetsPerHour': 12.5, 'severity': 'low',
                 'owner': 'o', 'contact': 'x', 'worksOnHolidays': true, 'retireAfter': '60d', 'retireVehiclesAfter': '36h', 'lagLimit': '15m',
                 'maintenance': [{'from': '2026-12-01', 'until': '2026-12-02', 'note': 'n'}, {'every': 'SUN 02:00-04:00'}, {'every': '0 2 1 * *', 'for': '2h'}]}
                """);

        assertThat(SettingsJson.read(SettingsJson.write(all))).isEqualTo(all);
    }

    @Test
    void maintenanceGoesByTheFleetsClock() throws Exception {
        FleetSettings its = settings(
                "{'zone': 'Europe/Amsterdam', 'maintenance': [{'from': '2026-12-01 22:00', 'until': '2026-12-02 06:00', 'note': 'move'},"
                        + " {'every': 'SUN 22:00-02:00'}, {'every': '0 2 1 * *', 'for': '2h'}]}");

        assertThat(Expectations.windows(its, MONDAY, MONDAY.plus(Duration.ofDays(7)), DUTCH))
                .extracting(Window::from, Window::until)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                Instant.parse("2026-12-01T01:00:00Z"), Instant.parse("2026-12-01T03:00:00Z")),
                        org.assertj.core.groups.Tuple.tuple(
                                Instant.parse("2026-12-01T21:00:00Z"), Instant.parse("2026-12-02T05:00:00Z")),
                        org.assertj.core.groups.Tuple.tuple(
                                Instant.parse("2026-12-06T21:00:00Z"), Instant.parse("2026-12-07T01:00:00Z")));
    }

    @Test
    void expectationsKnowHolidaysWindowsAndTheWrittenWeek() throws Exception {
        Expectations expectations = new Expectations(calendars);
        FleetSettings german = settings(
                "{'zone': 'Europe/Berlin', 'country': 'de', 'region': 'by', 'schedule': 'MON-FRI 06:00-18:00', 'maintenance': {'every': 'SUN 02:00-04:00'}}");

        Expectation expectation = expectations.of(german, 1, MONDAY);

        assertThat(expectation.specialDates().nameOn(LocalDate.of(2027, 1, 6))).contains("Epiphany");
        assertThat(expectation.windows()).isNotEmpty();
        assertThat(expectation.prior()).isPresent();
        assertThat(expectation.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(expectations.of(german, 1, MONDAY)).isSameAs(expectation);
        assertThat(expectations.of(german, 1, MONDAY.plus(Duration.ofDays(1)))).isNotSameAs(expectation);
    }

    @Test
    void aCalendarOfOnesOwnMayBeCalledLikeACountry() throws Exception {
        Files.writeString(
                config.resolve("calendars/nl.yaml"),
                "{zone: Europe/Amsterdam, holidays: nl, companyDays: [12-04 depot day]}");
        write("fleets: {acme/own: {calendars: [nl]}, acme/public: {country: nl}}");

        LocalDate depotDay = LocalDate.of(2026, 12, 4);
        assertThat(special("acme/own").nameOn(depotDay)).contains("depot day");
        assertThat(special("acme/public").nameOn(depotDay)).isEmpty();
    }

    private SpecialDates special(String fleet) {
        return new Expectations(calendars)
                .of(fleets.ofFleet(fleet), 1, clock.instant())
                .specialDates();
    }

    @Test
    void aRegionThatNoHolidayKnowsIsOnlyAName() throws Exception {
        List<BusinessCalendar> calendar = PlaceHolidays.of(settings("{'country': 'nl', 'region': 'north'}"), calendars);

        assertThat(calendar).extracting(BusinessCalendar::name).containsExactly("nl");
        assertThat(Expectations.zone(settings("{'calendars': 'nl-workdays'}"), List.of(calendars.named("nl-workdays"))))
                .isEqualTo(DUTCH);
    }

    @Test
    void whatIsToBeSetIsCheckedFirst() throws Exception {
        FleetSettings unknown = settings("{'calendars': ['nl-workdays', 'nl-wrkdays']}");

        assertThatThrownBy(() -> fleets.check(unknown))
                .isInstanceOf(FieldMistake.class)
                .hasMessageContaining("Calendar 'nl-wrkdays' is unknown")
                .hasMessageContaining("did you mean 'nl-workdays'?");
    }
}

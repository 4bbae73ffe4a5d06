package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.watch.Timeline.Rhythm;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.HourCount;
import io.caravan.watch.detect.HourTrust;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Author;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.expect.WindowRepository;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.StateRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What people do by hand; 3 March 2026 is a Tuesday. */
@ExtendWith(PostgresExtension.class)
class FleetOperationsTest {
    private static final Rhythm OFFICE = Rhythm.workdays(7, 18, 3);
    private static final String NORTH = "acme/north";
    private static final int TUESDAY_AT_TEN = 24 + 10;
    private static final Author ANN = new Author("ann", "she called");

    private final Database database;

    FleetOperationsTest(Database database) {
        this.database = database;
    }

    private static final class Plain implements Profiles {
        @Override
        public Profile of(Series series) {
            return Profile.of(series.name(), Expectation.in(Timeline.AMSTERDAM));
        }

        @Override
        public long version() {
            return 0;
        }
    }

    private FleetOperations operations(Timeline line) {
        return new FleetOperations(database, line.clock(), new Plain());
    }

    private FleetReports reports(Timeline line) {
        return new FleetReports(database, line.clock(), new Plain(), new Detector(DetectorSettings.DEFAULTS));
    }

    @Test
    void expectedSilenceIsNotTold() {
        Timeline line = new Timeline(database, "2026-03-03T09:00").fleet(NORTH, OFFICE);
        operations(line)
                .expect(ANN, "north", Window.Kind.EXPECTED, line.now(), Timeline.moment("2026-03-05T00:00"), "snow");

        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-04T18:00");

        assertThat(line.events()).isEmpty();
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.MAINTENANCE);
        assertThat(new AuditRepository(database).list("", 10))
                .extracting(AuditRepository.Entry::who, AuditRepository.Entry::action, AuditRepository.Entry::fleet)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("ann", "expect", NORTH));
    }

    @Test
    void whoWasToldOfASilenceHearsThatItIsExpectedNow() {
        Timeline line = new Timeline(database, "2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T10:25");
        assertThat(line.events()).containsExactly("opened acme/north silent");

        operations(line)
                .expect(ANN, "acme/*", Window.Kind.EXPECTED, line.now(), Timeline.moment("2026-03-03T16:00"), "snow");
        assertThat(line.lastEvent().path("changes").get(0).asText()).isEqualTo("expected");
        assertThat(line.lastEvent().path("sentence").asText()).startsWith("Expected until 16:00 by ann (snow).");

        int told = line.events().size();
        line.causes(trouble -> Optional.of(WatchdogTest.finding(Cause.CREDENTIALS, 0.9)))
                .until("2026-03-03T15:59");
        assertThat(line.events()).as("nobody wants a cause of what is expected").hasSize(told);

        line.until("2026-03-03T16:02");
        assertThat(line.lastEvent().path("changes").get(0).asText())
                .as("at the end")
                .isIn("still-silent", "severity-raised", "cause-found");

        line.rhythm(NORTH, OFFICE).until("2026-03-03T16:30");
        assertThat(line.events()).last().isEqualTo("recovered acme/north silent");
    }

    @Test
    void thatItIsExpectedIsNoPartOfItsOwnWords() {
        Timeline line = new Timeline(database, "2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T10:25");
        operations(line)
                .expect(ANN, "north", Window.Kind.EXPECTED, line.now(), Timeline.moment("2026-03-03T16:00"), "snow");
        assertThat(line.lastEvent().path("sentence").asText())
                .startsWith("Expected until 16:00 by ann (snow). acme/north: ");
        assertThat(new EpisodeRepository(database).recent(null, true, 1))
                .singleElement()
                .satisfies(episode -> assertThat(episode.sentence()).startsWith("acme/north: 0 packets"));

        line.rhythm(NORTH, OFFICE).until("2026-03-03T16:30");
        assertThat(line.events()).last().isEqualTo("recovered acme/north silent");
        assertThat(line.lastEvent().path("sentence").asText()).startsWith("acme/north: 0 packets");
    }

    @Test
    void anEndedWindowCountsNoMore() {
        Timeline line = new Timeline(database, "2026-03-03T09:00").fleet(NORTH, OFFICE);
        operations(line)
                .expect(ANN, "north", Window.Kind.EXPECTED, line.now(), Timeline.moment("2026-03-05T00:00"), "");
        line.until("2026-03-03T09:05");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.MAINTENANCE);

        assertThat(operations(line).expectNoMore(ANN, "north")).isEqualTo(1);
        line.until("2026-03-03T09:10");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.ON_TIME);
        assertThatThrownBy(() -> operations(line).expectNoMore(ANN, "north")).hasMessageContaining("no window");
    }

    @Test
    void aRetiredFleetIsNotMissed() {
        Timeline line = new Timeline(database, "2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T10:25");
        operations(line).retire(ANN, "north");
        line.until("2026-03-03T10:30");

        assertThat(line.state(NORTH)).isEqualTo(SeriesState.RETIRED);
        assertThat(line.events()).last().isEqualTo("recovered acme/north silent");
        assertThatThrownBy(() -> operations(line).retire(ANN, "north")).hasMessageContaining("retired already");
    }

    @Test
    void aFleetThatStillSendsKeepsWhatWasLearnedWhenItIsRetired() {
        Timeline line = new Timeline(database, "2026-03-03T09:00").fleet(NORTH, OFFICE);
        line.until("2026-03-03T10:00");
        operations(line).retire(ANN, "north");

        line.until("2026-03-03T10:10");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.ON_TIME);
        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-03T11:30");
        assertThat(line.events()).containsExactly("opened acme/north silent");
    }

    @Test
    void aWindowCountsAtOnceWhileNodesLookAllTheTime() {
        Timeline line = new Timeline(database, "2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .until("2026-03-03T09:10")
                .lookEvery(Duration.ofMillis(200), Duration.ofSeconds(2));

        operations(line)
                .expect(ANN, "north", Window.Kind.EXPECTED, line.now(), Timeline.moment("2026-03-05T00:00"), "");
        line.lookEvery(Duration.ofMillis(200), Duration.ofSeconds(1));
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.MAINTENANCE);

        operations(line).expectNoMore(ANN, "north");
        line.lookEvery(Duration.ofMillis(200), Duration.ofSeconds(1));
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.ON_TIME);
    }

    @Test
    void aTroubleIsConfirmedOnce() {
        Timeline line = new Timeline(database, "2026-03-03T09:00").fleet(NORTH, OFFICE);
        assertThatThrownBy(() -> operations(line).confirm(ANN, "north")).hasMessageContaining("no trouble");

        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-03T10:25");
        assertThat(operations(line).confirm(ANN, "north").kind()).isEqualTo(EpisodeKind.SILENT);
        assertThatThrownBy(() -> operations(line).confirm(ANN, "north")).hasMessageContaining("confirmed already");
    }

    private Pattern learned() {
        Series north =
                new SeriesRepository(database).find(SeriesKind.FLEET, NORTH).orElseThrow();
        return new StateRepository(database)
                .read(List.of(north.id()))
                .get(0)
                .pattern()
                .orElseThrow();
    }

    private Timeline silentUntilOne() {
        return new Timeline(database, "2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T13:00")
                .rhythm(NORTH, OFFICE)
                .until("2026-03-03T15:30");
    }

    @Test
    void aTroubleThatIsConfirmedAfterItsEndHasTaughtNothing() {
        Timeline line = silentUntilOne();
        assertThat(learned().minutes(TUESDAY_AT_TEN)).as("learned by a quarter").isLessThan(19.8);

        operations(line).confirm(ANN, "north");
        line.pass(Duration.ofMinutes(2));

        long id = operations(line).fleet("north").id();
        List<HourCount> hours = new ArrivalRepository(database)
                .hours(List.of(id), Instant.EPOCH, line.now()).stream()
                        .map(hour -> new HourCount(hour.start(), hour.minutes(), hour.packets(), hour.vehicles()))
                        .toList();
        Instant learnedUntil = learned().learnedUntil().orElseThrow();
        Pattern withoutThem = new Detector(DetectorSettings.DEFAULTS)
                .learn(
                        Pattern.EMPTY,
                        Expectation.in(Timeline.AMSTERDAM),
                        hours,
                        learnedUntil,
                        hour -> hour.isBefore(Timeline.moment("2026-03-03T08:00"))
                                        || !hour.isBefore(Timeline.moment("2026-03-03T14:00"))
                                ? HourTrust.NORMAL
                                : HourTrust.OUTAGE);
        assertThat(learned()).isEqualTo(withoutThem);
        assertThat(learned().minutes(TUESDAY_AT_TEN)).isEqualTo(20);
    }

    @Test
    void aCauseThatComesToLightLateTakesBackWhatItsHoursTaught() {
        Timeline line = new Timeline(database, "2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T12:20");
        assertThat(learned().minutes(TUESDAY_AT_TEN)).as("learned by a quarter").isLessThan(19.8);

        line.causes(trouble -> Optional.of(WatchdogTest.finding(Cause.CREDENTIALS, 0.9)))
                .until("2026-03-03T13:00");
        assertThat(learned().minutes(TUESDAY_AT_TEN)).isEqualTo(20);
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.SILENT);
    }

    @Test
    void aWindowThatBeganInThePastTakesBackWhatItsHoursTaught() {
        Timeline line = silentUntilOne();
        operations(line)
                .expect(
                        ANN,
                        "north",
                        Window.Kind.EXPECTED,
                        Timeline.moment("2026-03-03T08:00"),
                        Timeline.moment("2026-03-03T16:00"),
                        "strike");
        line.pass(Duration.ofMinutes(2));
        assertThat(learned().minutes(TUESDAY_AT_TEN)).isEqualTo(20);
    }

    @Test
    void whatIsLearnedAnewKnowsTheWindowsOfItsTime() {
        Timeline line = new Timeline(database, "2026-03-04T09:00");
        new WindowRepository(database)
                .add(
                        "acme/*",
                        new Window(
                                Window.Kind.MAINTENANCE,
                                Timeline.moment("2026-02-10T00:00"),
                                Timeline.moment("2026-02-11T00:00"),
                                "garage"),
                        line.now(),
                        "ann");
        line.fleet(
                        NORTH,
                        (minute, zone) ->
                                minute.toLocalDate().toString().equals("2026-02-10") ? 0 : OFFICE.packets(minute, zone))
                .pass(Duration.ofMinutes(2));
        assertThat(learned().minutes(TUESDAY_AT_TEN)).isEqualTo(20);
        Series acme =
                new SeriesRepository(database).find(SeriesKind.PROVIDER, "acme").orElseThrow();
        assertThat(new StateRepository(database)
                        .read(List.of(acme.id()))
                        .get(0)
                        .pattern()
                        .orElseThrow()
                        .minutes(TUESDAY_AT_TEN))
                .as("nor does the merged stream learn it")
                .isEqualTo(20);
    }

    @Test
    void aReportTellsAllThatIsKnown() {
        Timeline line = new Timeline(database, "2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T10:25");

        FleetReports.Report report = reports(line).report(operations(line).fleet("north"));
        assertThat(report.explanation().sentence()).startsWith("acme/north: 0 packets since 08:57");
        assertThat(report.week()).hasSize(168);
        assertThat(WeekTable.lines(report.week()).get(1)).isEqualTo("  Mon  .......@@@@@@@@@@@......");
        assertThat(report.troubles()).hasSize(1);

        List<FleetReports.Line> lines = reports(line).list(EnumSet.of(SeriesKind.FLEET), each -> true);
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0).expectedNow()).isBetween(15.0, 25.0);
        assertThat(lines.get(0).trouble()).isPresent();
    }

    @Test
    void aNameThatNobodyHasIsTold() {
        Timeline line =
                new Timeline(database, "2026-03-03T09:00").fleet(NORTH, OFFICE).fleet("globex/north", OFFICE);
        assertThatThrownBy(() -> operations(line).fleet("nort")).hasMessageContaining("There is no fleet 'nort'");
        assertThatThrownBy(() -> operations(line).fleet("north")).hasMessageContaining("acme/north, globex/north");
        assertThat(operations(line).fleet("globex/north").name()).isEqualTo("globex/north");
    }
}

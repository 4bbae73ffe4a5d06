package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.watch.Timeline.Rhythm;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Absence;
import io.caravan.watch.episode.Author;
import io.caravan.watch.expect.HeartbeatRepository;
import io.caravan.watch.expect.WindowRepository;
import io.caravan.watch.history.HistoryReplay;
import io.caravan.watch.history.ReplayAlarm;
import io.caravan.watch.history.ReplaySettings;
import io.caravan.watch.history.SeriesReport;
import io.caravan.watch.judge.StoredHistory;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Five weeks of a fleet that was silent on Tuesday, 3 March 2026 from 9 to 15. */
@ExtendWith(PostgresExtension.class)
class StoredHistoryTest {
    private static final Rhythm OFFICE = Rhythm.workdays(7, 18, 3);
    private static final String NORTH = "acme/north";

    private final Database database;

    StoredHistoryTest(Database database) {
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

    private Timeline silentOnTuesday() {
        return new Timeline(database, "2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, Rhythm.SILENT)
                .unwatchedUntil("2026-03-03T15:00")
                .rhythm(NORTH, OFFICE)
                .unwatchedUntil("2026-03-04T12:30");
    }

    private Optional<StoredHistory.OfFleet> stored(Timeline line, String until) {
        Series north =
                new SeriesRepository(database).find(SeriesKind.FLEET, NORTH).orElseThrow();
        return new StoredHistory(database, line.clock(), new Plain()).of(north, Timeline.moment(until));
    }

    private SeriesReport replayed(Timeline line) {
        StoredHistory.OfFleet stored = stored(line, "2026-03-05T00:00").orElseThrow();
        return new HistoryReplay(new Detector(DetectorSettings.DEFAULTS))
                .run(NORTH, stored.arrivals(), stored.expectation(), ReplaySettings.DEFAULTS);
    }

    @Test
    void whatWasCountedIsReplayedAndItsSilenceTold() {
        SeriesReport report = replayed(silentOnTuesday());

        assertThat(report.from()).isEqualTo(Timeline.moment("2026-01-27T09:00"));
        assertThat(report.until()).isEqualTo(Timeline.moment("2026-03-04T12:00"));
        assertThat(report.alarms()).hasSize(1);
        ReplayAlarm alarm = report.alarms().get(0);
        assertThat(alarm.since()).isEqualTo(Timeline.moment("2026-03-03T08:57"));
        assertThat(alarm.at()).isBetween(Timeline.moment("2026-03-03T09:10"), Timeline.moment("2026-03-03T10:30"));
        assertThat(alarm.recoveredAt()).contains(Timeline.moment("2026-03-03T15:03"));
    }

    @Test
    void aWindowThatWasSetByHandIsKept() {
        Timeline line = silentOnTuesday();
        new WindowRepository(database)
                .add(
                        "acme/*",
                        new Window(
                                Window.Kind.MAINTENANCE,
                                Timeline.moment("2026-03-03T08:00"),
                                Timeline.moment("2026-03-03T16:00"),
                                "garage"),
                        line.now(),
                        "ann");

        assertThat(replayed(line).alarms()).isEmpty();
    }

    @Test
    void whenCaravanWasAwaySilenceProvesNothing() {
        Timeline line = silentOnTuesday();
        long hours = replayed(line).judgedHours();
        new HeartbeatRepository(database)
                .absent(new Absence(Timeline.moment("2026-03-03T08:58"), Timeline.moment("2026-03-03T15:02"), false));

        SeriesReport report = replayed(line);
        assertThat(report.alarms()).isEmpty();
        assertThat(report.judgedHours()).isEqualTo(hours - Duration.ofHours(6).toHours());
    }

    @Test
    void theEndIsTheAskedOneOrTheLastCompleteHour() {
        Timeline line = silentOnTuesday();

        assertThat(stored(line, "2026-02-01T00:00").orElseThrow().lastPackets())
                .isEqualTo(Timeline.moment("2026-01-30T18:00"));
        assertThat(stored(line, "2026-12-01T00:00").orElseThrow().lastPackets())
                .isEqualTo(Timeline.moment("2026-03-04T12:00"));
        assertThat(stored(line, "2026-01-01T00:00")).isEmpty();
    }

    @Test
    void aFleetThatIsGoneIsNotMissed() {
        Timeline line = silentOnTuesday();
        line.rhythm(NORTH, Rhythm.SILENT).unwatchedUntil("2026-03-04T13:10");
        new FleetOperations(database, line.clock(), new Plain()).retire(new Author("ann", ""), "north");
        line.clockTo("2026-03-06T12:00");

        assertThat(replayed(line).until()).isEqualTo(Timeline.moment("2026-03-04T13:00"));
        assertThat(List.copyOf(replayed(line).alarms())).hasSize(1);
    }
}

package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.calendar.files.Calendars;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.watch.Timeline.Rhythm;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.series.SeriesState;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens to fleets in a year: some of it is no trouble, some begins and ends once. 27 April 2026, a Monday, is King's Day. */
@ExtendWith(PostgresExtension.class)
class ChangesOfLifeTest {
    private static final Rhythm OFFICE = Rhythm.workdays(7, 18, 3);
    private static final Rhythm SEVEN_DAYS =
            (minute, zone) -> minute.getHour() >= 7 && minute.getHour() < 18 && minute.getMinute() % 3 == 0 ? 1 : 0;
    private static final Rhythm BUSY = (minute, zone) -> minute.getHour() >= 6 && minute.getHour() < 22 ? 4 : 0;
    private static final String NORTH = "acme/north";

    private final Database database;

    ChangesOfLifeTest(Database database) {
        this.database = database;
    }

    @Test
    void aFleetOnHolidayIsNotMissedWhereItsCalendarKnowsTheDay() {
        Timeline line = new Timeline(database, "2026-04-26T12:00")
                .fleet(
                        NORTH,
                        OFFICE,
                        written -> written.expecting(
                                written.expectation().withCalendars(List.of(Calendars.publicHolidays("nl")))))
                .fleet("beta/south", OFFICE);
        line.rhythm(NORTH, Rhythm.SILENT).rhythm("beta/south", Rhythm.SILENT).until("2026-04-27T19:00");
        line.rhythm(NORTH, OFFICE).rhythm("beta/south", OFFICE).until("2026-04-28T12:00");

        assertThat(line.events()).noneMatch(event -> event.contains(NORTH));
        assertThat(line.events().get(0)).as("without a calendar").startsWith("opened beta/south");
        assertThat(line.events().stream().filter(event -> event.startsWith("opened")))
                .hasSize(1);
        assertThat(line.events().get(line.events().size() - 1)).isEqualTo("recovered beta/south silent");
    }

    @Test
    void aDepotThatMovesToAnotherZoneIsNoTrouble() {
        Timeline line =
                new Timeline(database, "2026-03-03T12:00").fleet(NORTH, OFFICE).until("2026-03-03T20:00");
        line.write(NORTH, written -> written.expecting(Expectation.in(ZoneId.of("Europe/Lisbon"))));

        line.until("2026-03-06T12:00");
        assertThat(line.events()).isEmpty();
    }

    @Test
    void aFleetThatBeginsToWorkOnWeekendsIsNoTroubleAlsoWhenItStopsAgain() {
        Timeline line = new Timeline(database, "2026-03-06T12:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, SEVEN_DAYS)
                .until("2026-03-09T12:00");
        line.rhythm(NORTH, OFFICE).until("2026-03-10T12:00");
        assertThat(line.events()).isEmpty();
    }

    @Test
    void tooFewPacketsAreOneTroubleAndOneReturn() {
        Timeline line =
                new Timeline(database, "2026-03-03T09:00").fleet(NORTH, BUSY).until("2026-03-03T10:00");
        line.rhythm(NORTH, Rhythm.always(4)).until("2026-03-04T12:00");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.VOLUME_DROP);
        assertThat(line.events()).containsExactly("opened acme/north volume-drop");

        line.rhythm(NORTH, BUSY).until("2026-03-06T12:00");
        assertThat(line.events()).containsExactly("opened acme/north volume-drop", "recovered acme/north volume-drop");
    }

    @Test
    void tooFewVehiclesAreOneTroubleAndOneReturn() {
        Timeline line = new Timeline(database, "2026-03-03T09:00")
                .vehicles(NORTH, 12)
                .fleet(NORTH, Rhythm.always(1))
                .until("2026-03-03T10:00");
        line.vehicles(NORTH, 2).until("2026-03-03T18:00");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.PARTIAL);
        assertThat(line.events()).containsExactly("opened acme/north partial");

        line.vehicles(NORTH, 12).until("2026-03-04T12:00");
        assertThat(line.events()).containsExactly("opened acme/north partial", "recovered acme/north partial");
    }

    @Test
    void packetsThatComeLateAreOneTroubleAndOneReturn() {
        Timeline line =
                new Timeline(database, "2026-03-03T09:00").fleet(NORTH, OFFICE).until("2026-03-03T10:00");
        line.rhythm(NORTH, Rhythm.SILENT);
        Instant stuck = line.now();
        for (int i = 0; i < 40; i++) {
            line.pass(Duration.ofMinutes(3)).arrival(NORTH, List.of(stuck.plusSeconds(i)));
        }
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.LAGGING);
        assertThat(line.events()).containsExactly("opened acme/north lagging");

        line.rhythm(NORTH, OFFICE).until("2026-03-03T17:00");
        assertThat(line.events()).containsExactly("opened acme/north lagging", "recovered acme/north lagging");
    }
}

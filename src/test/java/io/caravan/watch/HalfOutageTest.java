package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.Timeline.Rhythm;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Outages that began while nobody looked, and of which some fleets are back at the first look and others are not: one trouble. 3 March 2026 is a Tuesday. */
@ExtendWith(PostgresExtension.class)
class HalfOutageTest {
    private static final int FLEETS = 12;

    private final Database database;

    HalfOutageTest(Database database) {
        this.database = database;
    }

    private static List<String> names(int from, int until) {
        return IntStream.range(from, until).mapToObj(i -> "acme/f" + i).toList();
    }

    private static Rhythm rhythm(String name) {
        return Rhythm.workdays(6, 20, 3 + Math.floorMod(name.hashCode(), 5));
    }

    private Timeline line() {
        Timeline line = new Timeline(database, "2026-03-03T08:00");
        names(0, FLEETS).forEach(name -> line.fleet(name, rhythm(name)));
        return line.until("2026-03-03T09:00");
    }

    private static Timeline silence(Timeline line, int from, int until) {
        names(from, until).forEach(name -> line.rhythm(name, Rhythm.SILENT));
        return line;
    }

    private static Timeline flow(Timeline line, int from, int until) {
        names(from, until).forEach(name -> line.rhythm(name, rhythm(name)));
        return line;
    }

    private static void isOneTroubleWithAllMembers(Timeline line, int members, int back) {
        assertThat(line.events()).containsExactly("opened acme partial");
        JsonNode opened = line.lastEvent();
        assertThat(opened.path("members").asInt()).isEqualTo(members);
        assertThat(opened.path("sample").size()).isEqualTo(members);
        assertThat(opened.path("sentence").asText())
                .startsWith("acme: " + members + " of 12 fleets were quiet at once; by chance")
                .contains(" " + back + " of them are back since; the watchdog was away from 09:00 to 12:00 (");
        assertThat(Instant.parse(opened.path("since").asText()))
                .isBetween(Timeline.moment("2026-03-03T08:50"), Timeline.moment("2026-03-03T09:00"));
    }

    private long members(boolean back) {
        return Query.of(
                        "select count(*) as n from caravan.watch_episode where not told and over_at is not null = :back")
                .on(database)
                .set("back", back)
                .first(row -> row.getLong("n"))
                .orElseThrow();
    }

    @Test
    void ofAWholeOutageThoseThatAreBackAreMembersThatHaveRecovered() {
        Timeline line = silence(line(), 0, FLEETS).unwatchedUntil("2026-03-03T11:00");
        flow(line, 0, 6).unwatchedUntil("2026-03-03T12:00");
        line.restart().until("2026-03-03T12:03");
        isOneTroubleWithAllMembers(line, 12, 6);
        assertThat(members(true)).isEqualTo(6);

        line.restart().until("2026-03-03T14:00");
        assertThat(line.events()).hasSize(1);
        assertThat(members(false)).isEqualTo(6);

        flow(line, 6, FLEETS).until("2026-03-03T16:00");
        assertThat(line.events()).containsExactly("opened acme partial", "recovered acme partial");
    }

    @Test
    void soItIsWithManyFleetsOfAProvider() {
        Timeline line = silence(line(), 0, 10).unwatchedUntil("2026-03-03T11:00");
        flow(line, 0, 5).unwatchedUntil("2026-03-03T12:00");
        line.restart().until("2026-03-03T12:03");
        isOneTroubleWithAllMembers(line, 10, 5);

        line.until("2026-03-03T14:00");
        flow(line, 5, FLEETS).until("2026-03-03T16:00");
        assertThat(line.events()).containsExactly("opened acme partial", "recovered acme partial");
    }

    @Test
    void whoFellSilentAndCameBackUnseenBelongsToATroubleThatWasOpenBefore() {
        Timeline line = silence(line(), 0, 6).until("2026-03-03T10:00");
        assertThat(line.events()).containsExactly("opened acme partial");
        silence(line, 6, 8).unwatchedUntil("2026-03-03T13:00");
        flow(line, 6, 8).unwatchedUntil("2026-03-03T14:00");

        line.restart().until("2026-03-03T14:30");
        assertThat(line.events()).doesNotContain("opened acme/f6 silent", "opened acme/f7 silent");
        assertThat(members(true)).isEqualTo(2);
        flow(line, 0, 6).until("2026-03-03T16:00");
        assertThat(line.events()).last().isEqualTo("recovered acme partial");
        assertThat(line.events().stream().filter(event -> event.startsWith("opened")))
                .hasSize(1);
    }

    @Test
    void whatWasTroubleBeforeIsNoPartOfIt() {
        Timeline line = line();
        silence(line, 11, 12).until("2026-03-03T10:00");
        assertThat(line.events()).containsExactly("opened acme/f11 silent");
        silence(line, 0, 8).unwatchedUntil("2026-03-03T12:00");
        flow(line, 0, 8).unwatchedUntil("2026-03-03T13:00");

        line.restart().until("2026-03-03T13:03");
        assertThat(line.events()).last().isEqualTo("opened acme partial");
        assertThat(line.lastEvent().path("members").asInt()).isEqualTo(8);
        assertThat(line.lastEvent().path("sentence").asText()).contains("8 of 12 fleets were", "It ended at 12:0");
    }

    /** As to a watchdog that looked all the time: an outage is over when hardly anybody lacks. */
    @Test
    void whenFewAreLeftItIsOver_andTheyAreTroublesOfTheirOwn() {
        Timeline line = silence(line(), 0, 10).unwatchedUntil("2026-03-03T11:00");
        flow(line, 0, 8).unwatchedUntil("2026-03-03T12:00");
        line.restart().until("2026-03-03T12:03");
        assertThat(line.events())
                .containsExactlyInAnyOrder("opened acme partial", "opened acme/f8 silent", "opened acme/f9 silent");
    }

    /** What Caravan itself was down for proves something against who is back only when that has caught up, and nothing against who isn't. */
    @Test
    void afterADowntimeTheOtherHalfIsTheSameTroubleThatHasComeBack() {
        Timeline line = silence(line(), 0, 10).downUntil("2026-03-03T12:00");
        flow(line, 0, 5);
        names(0, 5).forEach(name -> line.arrival(name, everyMinute("2026-03-03T11:00", "2026-03-03T12:00")));
        names(10, FLEETS).forEach(name -> line.arrival(name, everyMinute("2026-03-03T09:00", "2026-03-03T12:00")));
        line.until("2026-03-03T15:00");
        assertThat(line.events().stream().filter(event -> event.contains(" acme ")))
                .containsExactly("opened acme partial", "recovered acme partial", "changed acme partial");
        assertThat(line.lastEvent().path("changes").get(0).asText()).isEqualTo("relapsed");
    }

    private static List<Instant> everyMinute(String from, String until) {
        return Stream.iterate(
                        Timeline.moment(from),
                        at -> at.isBefore(Timeline.moment(until)),
                        at -> at.plus(Duration.ofMinutes(1)))
                .toList();
    }
}

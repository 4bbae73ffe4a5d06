package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.watch.Timeline.Rhythm;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.detect.Window;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.SeriesState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One fleet and the watchdog, as timelines; 3 March 2026 is a Tuesday. */
@ExtendWith(PostgresExtension.class)
class WatchdogTest {
    private static final Rhythm OFFICE = Rhythm.workdays(7, 18, 3);
    private static final String NORTH = "acme/north";

    private final Database database;

    WatchdogTest(Database database) {
        this.database = database;
    }

    private Timeline at(String start) {
        return new Timeline(database, start);
    }

    @Test
    void aFleetThatFallsSilentIsToldOnceAndItsReturnToo() {
        Timeline line = at("2026-03-03T08:00").fleet(NORTH, OFFICE).until("2026-03-03T10:00");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.ON_TIME);
        assertThat(line.events()).isEmpty();

        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-03T10:35");
        assertThat(line.state(NORTH)).as("shown, not told").isEqualTo(SeriesState.LATE);
        assertThat(line.events()).isEmpty();

        line.until("2026-03-03T11:10");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.SILENT);
        assertThat(line.events()).containsExactly("opened acme/north silent");
        JsonNode opened = line.lastEvent();
        assertThat(opened.path("sentence").asText())
                .startsWith("acme/north: 0 packets since 10:00 (Europe/Amsterdam); on a Tuesday 10:00–");
        assertThat(opened.path("since").asText())
                .isEqualTo(Timeline.moment("2026-03-03T10:00").toString());
        assertThat(opened.path("severity").asText()).isEqualTo("medium");
        assertThat(opened.path("table")).isNotEmpty();

        line.rhythm(NORTH, OFFICE).until("2026-03-03T14:00");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.ON_TIME);
        assertThat(line.events()).containsExactly("opened acme/north silent", "recovered acme/north silent");
        assertThat(line.lastEvent().path("end").path("lasted").asText()).startsWith("1 h 1");
        assertThat(line.lastEvent().path("end").path("caughtUpPackets").asLong())
                .isZero();
    }

    @Test
    void whatIsCaughtUpIsToldWithTheReturn() {
        Timeline line = at("2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T11:00");

        line.pass(Duration.ofSeconds(20));
        List<Instant> missed = List.of(
                Timeline.moment("2026-03-03T09:30"),
                Timeline.moment("2026-03-03T09:33"),
                Timeline.moment("2026-03-03T10:30"));
        line.arrival(NORTH, missed).pass(Duration.ofMinutes(3));

        assertThat(line.lastEvent().path("event").asText()).isEqualTo("recovered");
        assertThat(line.lastEvent().path("end").path("caughtUpPackets").asLong())
                .isEqualTo(3);
    }

    @Test
    void theReturnIsToldWhenAllPagesOfWhatWasMissedHaveCome() {
        Timeline line = at("2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T11:00");

        line.arrival(NORTH, every3Minutes("2026-03-03T09:03", "2026-03-03T09:30"))
                .lookEvery(Duration.ofSeconds(5), Duration.ofSeconds(20));
        line.arrival(NORTH, every3Minutes("2026-03-03T09:33", "2026-03-03T10:30"))
                .lookEvery(Duration.ofSeconds(5), Duration.ofSeconds(20));
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.ON_TIME);
        assertThat(line.events()).last().isNotEqualTo("recovered acme/north silent");

        line.arrival(NORTH, every3Minutes("2026-03-03T10:33", "2026-03-03T11:00"))
                .lookEvery(Duration.ofSeconds(5), Duration.ofSeconds(20));
        assertThat(line.events()).last().isEqualTo("recovered acme/north silent");
        assertThat(line.lastEvent().path("end").path("caughtUpPackets").asLong())
                .isBetween(36L, 40L);
    }

    @Test
    void aLongSilenceRaisesItsSeverityOnce() {
        Timeline line = at("2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-04T12:00");

        assertThat(line.events()).containsExactly("opened acme/north silent", "changed acme/north silent");
        assertThat(line.lastEvent().path("changes").get(0).asText()).isEqualTo("severity-raised");
        assertThat(line.lastEvent().path("severity").asText()).isEqualTo("high");
    }

    @Test
    void aSilenceThatIsSevereAlreadyIsToldOnceAsThat() {
        Timeline line = at("2026-03-03T08:00").fleet(NORTH, OFFICE).fleet("beta/south", OFFICE);
        line.until("2026-03-03T09:00").rhythm(NORTH, Rhythm.SILENT).unwatchedUntil("2026-03-03T16:00");

        line.restart().until("2026-03-03T17:30");

        assertThat(line.events()).containsExactly("opened acme/north silent");
        assertThat(line.lastEvent().path("severity").asText()).isEqualTo("high");
    }

    @Test
    void aSilenceThatComesBackSoonIsTheSameTrouble() {
        Timeline line = at("2026-03-03T08:00").fleet(NORTH, OFFICE).until("2026-03-03T09:00");
        line.rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T10:10")
                .rhythm(NORTH, OFFICE)
                .until("2026-03-03T12:00");
        line.rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T13:10")
                .rhythm(NORTH, OFFICE)
                .until("2026-03-03T14:00");

        assertThat(line.events())
                .containsExactly(
                        "opened acme/north silent",
                        "recovered acme/north silent",
                        "changed acme/north silent",
                        "recovered acme/north silent");
        JsonNode back = line.facts().get(2);
        assertThat(back.path("changes").get(0).asText()).isEqualTo("relapsed");
        assertThat(back.path("since").asText())
                .isEqualTo(Timeline.moment("2026-03-03T12:00").toString());
        assertThat(line.lastEvent().path("end").path("lasted").asText()).isEqualTo("1 h 12 min");
        assertThat(line.facts())
                .extracting(
                        facts -> facts.path("key").asText(),
                        facts -> facts.path("episode").asText())
                .containsOnly(tuple(
                        "watch/fleet/acme/north/state", back.path("episode").asText()));
    }

    @Test
    void aSilenceADayLaterIsAnotherTrouble() {
        Timeline line = at("2026-03-03T08:00").fleet(NORTH, OFFICE).until("2026-03-03T09:00");
        line.rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T10:10")
                .rhythm(NORTH, OFFICE)
                .until("2026-03-05T09:00");
        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-05T10:10");

        assertThat(line.events().stream().filter(event -> event.startsWith("opened")))
                .hasSize(2);
    }

    @Test
    void aCauseThatComesToLightIsTold() {
        AtomicReference<Optional<Finding>> found = new AtomicReference<>(Optional.empty());
        Timeline line = at("2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .causes(trouble -> found.get())
                .rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T10:25");
        assertThat(line.events()).containsExactly("opened acme/north silent");

        found.set(Optional.of(finding(Cause.CREDENTIALS, 0.9)));
        line.until("2026-03-03T10:29");

        assertThat(line.events()).containsExactly("opened acme/north silent", "changed acme/north silent");
        assertThat(line.lastEvent().path("changes").get(0).asText()).isEqualTo("cause-found");
        assertThat(line.lastEvent().path("cause").path("word").asText()).isEqualTo("credentials");
        assertThat(line.lastEvent().path("cause").path("remedy").asText()).isEqualTo("Renew it.");
        assertThat(line.lastEvent().path("customerDraft").asText()).isEqualTo("Please renew it.");

        found.set(Optional.of(finding(Cause.QUOTA, 0.5)));
        line.until("2026-03-03T10:50");
        assertThat(line.lastEvent().path("cause").path("word").asText())
                .as("a weaker guess is no news")
                .isEqualTo("credentials");
    }

    static Finding finding(Cause cause, double confidence) {
        return new Finding(
                cause,
                confidence,
                Severity.HIGH,
                "The credentials",
                "two calls were refused",
                "Renew it.",
                Optional.of("Please renew it."),
                List.of());
    }

    @Test
    void weekendsAndNightsAreNoSilence() {
        Timeline line = at("2026-03-05T12:00").fleet(NORTH, OFFICE).until("2026-03-10T12:00");

        assertThat(line.events()).isEmpty();
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.ON_TIME);
    }

    @Test
    void aNewFleetIsUnknownAndNothingIsToldOfIt() {
        Timeline line = at("2026-03-02T08:00").born(NORTH, OFFICE, written -> written);

        line.until("2026-03-05T09:30");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.UNKNOWN);
        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-06T12:00");
        assertThat(line.events()).isEmpty();
    }

    @Test
    void aNewFleetIsLateWhereItsPeersWouldSend() {
        Timeline line = at("2026-03-02T08:00");
        for (String peer : List.of("acme/a", "acme/b", "acme/c")) {
            line.fleet(peer, OFFICE);
        }
        line.lookingEvery(Duration.ofMinutes(5));
        line.born(NORTH, OFFICE, written -> written).until("2026-03-03T09:30");
        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-04T18:00");
        assertThat(line.state(NORTH)).as("shown, not told").isEqualTo(SeriesState.LATE);
        assertThat(line.report(NORTH).explanation().sentence())
                .contains("too young to be known, so what its peers do counts");
        assertThat(line.events()).isEmpty();
    }

    @Test
    void aFleetInMaintenanceIsSilentByPlanAndToldAtOnceWhenItStaysSo() {
        Timeline line = at("2026-03-03T09:00").fleet(NORTH, OFFICE);
        line.write(
                NORTH,
                written -> written.expecting(written.expectation()
                        .withWindows(List.of(new Window(
                                Window.Kind.MAINTENANCE,
                                Timeline.moment("2026-03-03T10:00"),
                                Timeline.moment("2026-03-03T14:00"),
                                "new boxes")))));

        line.until("2026-03-03T10:00").rhythm(NORTH, Rhythm.SILENT).until("2026-03-03T13:59");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.MAINTENANCE);
        assertThat(line.events()).isEmpty();

        line.until("2026-03-03T14:01");
        assertThat(line.events()).containsExactly("opened acme/north silent");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.SILENT);
    }

    @Test
    void aWindowThatBeginsDuringASilenceIsToldOnce_andSoIsItsEnd() {
        Timeline line = at("2026-03-03T09:00").fleet(NORTH, OFFICE);
        line.write(
                NORTH,
                written -> written.expecting(written.expectation()
                        .withWindows(List.of(new Window(
                                Window.Kind.MAINTENANCE,
                                Timeline.moment("2026-03-03T10:30"),
                                Timeline.moment("2026-03-03T14:00"),
                                "new boxes")))));

        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-03T10:29");
        assertThat(line.events()).containsExactly("opened acme/north silent");
        line.until("2026-03-03T10:30");
        assertThat(line.lastEvent().path("changes").get(0).asText()).isEqualTo("expected");
        assertThat(line.lastEvent().path("sentence").asText())
                .startsWith("Expected until 14:00 (new boxes). acme/north: 0 packets since 08:57 (Europe/Amsterdam);");

        line.restart().until("2026-03-03T13:59");
        assertThat(line.events()).hasSize(2);
        line.until("2026-03-03T14:00");
        assertThat(line.events()).hasSize(3);
        assertThat(line.lastEvent().path("changes"))
                .extracting(JsonNode::asText)
                .contains("still-silent");
        assertThat(line.lastEvent().path("sentence").asText())
                .startsWith("acme/north: 0 packets since 08:57 (Europe/Amsterdam);");
    }

    @Test
    void aWindowThatIsWrittenDuringASilenceIsToldAtTheNextLook() {
        Timeline line = at("2026-03-03T09:00")
                .fleet(NORTH, OFFICE)
                .rhythm(NORTH, Rhythm.SILENT)
                .until("2026-03-03T11:01");
        line.write(
                NORTH,
                written -> written.expecting(written.expectation()
                        .withWindows(List.of(new Window(
                                Window.Kind.MAINTENANCE,
                                Timeline.moment("2026-03-03T08:00"),
                                Timeline.moment("2026-03-03T14:00"),
                                "")))));
        line.look();
        assertThat(line.lastEvent().path("sentence").asText()).startsWith("Expected until 14:00 (maintenance). ");
    }

    @Test
    void aFleetThatIsBackAfterMaintenanceIsNoNews() {
        Timeline line = at("2026-03-03T09:00").fleet(NORTH, OFFICE);
        line.write(
                NORTH,
                written -> written.expecting(written.expectation()
                        .withWindows(List.of(new Window(
                                Window.Kind.MAINTENANCE,
                                Timeline.moment("2026-03-03T10:00"),
                                Timeline.moment("2026-03-03T14:00"),
                                "new boxes")))));

        line.until("2026-03-03T10:00").rhythm(NORTH, Rhythm.SILENT).until("2026-03-03T13:50");
        line.rhythm(NORTH, OFFICE).until("2026-03-04T12:00");

        assertThat(line.events()).isEmpty();
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.ON_TIME);
    }

    @Test
    void aWindowThatEndsAtNightIsOverInTheMorning() {
        Timeline line = at("2026-03-03T09:00").fleet(NORTH, OFFICE);
        line.write(
                NORTH,
                written -> written.expecting(written.expectation()
                        .withWindows(List.of(new Window(
                                Window.Kind.EXPECTED,
                                Timeline.moment("2026-03-03T10:00"),
                                Timeline.moment("2026-03-05T00:00"),
                                "")))));

        line.until("2026-03-03T10:00").rhythm(NORTH, Rhythm.SILENT).until("2026-03-05T06:50");
        assertThat(line.events()).as("nobody drives at night").isEmpty();

        line.until("2026-03-05T07:05");
        assertThat(line.events()).containsExactly("opened acme/north silent");
    }

    @Test
    void aRetiredFleetIsNotMissedAndBornAnewWhenItSendsAgain() {
        Timeline line = at("2026-03-03T09:00")
                .fleet(
                        NORTH,
                        OFFICE,
                        written -> new Profile(
                                written.name(),
                                written.tenant(),
                                written.provider(),
                                written.credential(),
                                written.region(),
                                written.owner(),
                                written.contact(),
                                written.expectation(),
                                written.severity(),
                                Optional.of(Duration.ofDays(3)),
                                written.lagLimit()));

        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-06T10:30");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.RETIRED);
        assertThat(line.lastEvent().path("end").path("reason").asText()).isEqualTo("retired");
        int before = line.events().size();

        line.until("2026-03-19T09:59").rhythm(NORTH, OFFICE).until("2026-03-19T11:00");
        assertThat(line.state(NORTH)).isEqualTo(SeriesState.UNKNOWN);
        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-20T15:00");
        assertThat(line.events()).hasSize(before);
    }

    @Test
    void theWatchdogsOwnAbsenceIsTold() {
        Timeline line = at("2026-03-03T08:00").fleet(NORTH, OFFICE).fleet("acme/south", OFFICE);
        line.until("2026-03-03T09:00").rhythm(NORTH, Rhythm.SILENT).unwatchedUntil("2026-03-03T12:00");

        line.restart().until("2026-03-03T12:02");

        assertThat(line.events()).containsExactly("opened acme/north silent");
        JsonNode away = line.lastEvent().path("away");
        assertThat(away.path("from").asText())
                .isEqualTo(Timeline.moment("2026-03-03T09:00").toString());
        assertThat(away.path("listened").asBoolean()).isTrue();
    }

    @Test
    void silenceWhileCaravanWasDownIsNobodys() {
        Timeline line = at("2026-03-03T08:00").fleet(NORTH, OFFICE).fleet("acme/south", OFFICE);
        line.until("2026-03-03T09:00").downUntil("2026-03-03T14:00").until("2026-03-03T15:00");
        assertThat(line.events()).isEmpty();

        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-03T16:10");
        assertThat(line.events()).containsExactly("opened acme/north silent");
    }

    @Test
    void aSilenceThatCameAndWentWhileNobodyLookedIsToldOnce() {
        Timeline line = at("2026-03-03T08:00").fleet(NORTH, OFFICE).fleet("acme/south", OFFICE);
        line.until("2026-03-03T09:00").rhythm(NORTH, Rhythm.SILENT).unwatchedUntil("2026-03-03T12:00");
        line.rhythm(NORTH, OFFICE).unwatchedUntil("2026-03-03T13:00");

        line.restart().until("2026-03-03T13:03");
        assertThat(line.events()).containsExactly("opened acme/north silent");
        JsonNode opened = line.lastEvent();
        assertThat(opened.path("sentence").asText())
                .startsWith("acme/north: 0 packets since 09:00 (Europe/Amsterdam); on a Tuesday 09:00–12:03 it sends")
                .endsWith("It ended at 12:03; the watchdog was away from 09:00 to 13:00.");
        assertThat(opened.path("away").path("listened").asBoolean()).isTrue();

        line.restart().until("2026-03-03T17:00");
        assertThat(line.events()).containsExactly("opened acme/north silent", "recovered acme/north silent");
        JsonNode end = line.lastEvent().path("end");
        assertThat(end.path("at").asText())
                .isEqualTo(Timeline.moment("2026-03-03T12:03").toString());
        assertThat(end.path("lasted").asText()).isEqualTo("3 h 3 min");
    }

    @Test
    void whatWasMissingWhileCaravanWasDownIsToldWhenTheFleetHasCaughtUp() {
        Timeline line = at("2026-03-03T08:00").fleet(NORTH, OFFICE).fleet("acme/south", OFFICE);
        line.until("2026-03-03T09:00").downUntil("2026-03-03T14:00");
        line.arrival("acme/south", every3Minutes("2026-03-03T09:03", "2026-03-03T14:00"));
        line.arrival(NORTH, every3Minutes("2026-03-03T09:03", "2026-03-03T10:00"));
        line.until("2026-03-03T14:10").arrival(NORTH, every3Minutes("2026-03-03T13:00", "2026-03-03T14:00"));

        line.until("2026-03-03T14:29");
        assertThat(line.events()).as("it may be catching up").isEmpty();
        line.until("2026-03-03T16:00").restart().until("2026-03-03T17:00");
        assertThat(line.events()).containsExactly("opened acme/north silent", "recovered acme/north silent");
        assertThat(line.lastEvent().path("since").asText())
                .isEqualTo(Timeline.moment("2026-03-03T10:00").toString());
        assertThat(line.lastEvent().path("away").path("listened").asBoolean()).isFalse();
    }

    @Test
    void whatHasBeenCaughtUpIsNotMissing() {
        Timeline line = at("2026-03-03T08:00").fleet(NORTH, OFFICE).fleet("acme/south", OFFICE);
        line.until("2026-03-03T09:00").downUntil("2026-03-03T14:00");
        line.until("2026-03-03T14:10");
        line.arrival(NORTH, every3Minutes("2026-03-03T09:03", "2026-03-03T14:00"));
        line.arrival("acme/south", every3Minutes("2026-03-03T09:03", "2026-03-03T14:00"));

        line.until("2026-03-03T17:00");
        assertThat(line.events()).isEmpty();
    }

    private static List<Instant> every3Minutes(String from, String until) {
        return Stream.iterate(
                        Timeline.moment(from),
                        at -> !at.isAfter(Timeline.moment(until)),
                        at -> at.plus(Duration.ofMinutes(3)))
                .toList();
    }

    @Test
    void aFleetThatWasSilentBeforeCaravanWasDownStaysSo() {
        Timeline line = at("2026-03-03T08:00").fleet(NORTH, OFFICE).fleet("acme/south", OFFICE);
        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-03T10:00").downUntil("2026-03-03T14:00");
        line.until("2026-03-03T14:30").rhythm(NORTH, OFFICE).until("2026-03-03T15:00");

        assertThat(line.events().get(0)).isEqualTo("opened acme/north silent");
        assertThat(line.events().get(line.events().size() - 1)).isEqualTo("recovered acme/north silent");
        assertThat(line.events().stream().filter(event -> event.startsWith("opened")))
                .hasSize(1);
    }

    @Test
    void clocksThatJumpHarmNobody() {
        Timeline line = at("2026-03-03T08:00").fleet(NORTH, OFFICE).until("2026-03-03T09:00");

        line.clockTo("2026-03-03T13:00").pass(Duration.ofMinutes(10));
        line.clockTo("2026-03-03T09:10").until("2026-03-03T10:00");
        assertThat(line.events()).isEmpty();

        line.rhythm(NORTH, Rhythm.SILENT).until("2026-03-03T12:00");
        assertThat(line.events()).first().isEqualTo("opened acme/north silent");
    }
}

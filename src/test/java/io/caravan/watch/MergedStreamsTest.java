package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.Timeline.Rhythm;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Author;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.StateRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many fleets of one provider: one trouble is told once. 3 March 2026 is a Tuesday. */
@ExtendWith(PostgresExtension.class)
class MergedStreamsTest {
    private static final int FLEETS = 12;

    private final Database database;

    MergedStreamsTest(Database database) {
        this.database = database;
    }

    private static List<String> names() {
        return IntStream.range(0, FLEETS).mapToObj(i -> "acme/f" + i).toList();
    }

    private static Rhythm rhythm(String name) {
        int every = 3 + Math.floorMod(name.hashCode(), 5);
        return Rhythm.workdays(6, 20, every);
    }

    private Timeline line() {
        Timeline line = new Timeline(database, "2026-03-03T08:00");
        names().forEach(name -> line.fleet(name, rhythm(name)));
        return line.until("2026-03-03T09:00");
    }

    private static Timeline silence(Timeline line) {
        names().forEach(name -> line.rhythm(name, Rhythm.SILENT));
        return line;
    }

    private static Timeline flow(Timeline line) {
        names().forEach(name -> line.rhythm(name, rhythm(name)));
        return line;
    }

    private static List<String> opened(Timeline line) {
        return line.events().stream()
                .filter(event -> event.startsWith("opened"))
                .toList();
    }

    private static List<String> recovered(Timeline line) {
        return line.events().stream()
                .filter(event -> event.startsWith("recovered"))
                .toList();
    }

    @Test
    void anOutageOfAProviderIsOneEventWithItsMembersAndOneReturn() {
        Timeline line = line();
        assertThat(line.state("acme")).isIn(SeriesState.ON_TIME, SeriesState.UNKNOWN);

        silence(line).until("2026-03-03T12:00");
        assertThat(opened(line)).hasSize(1).first().asString().startsWith("opened acme ");
        JsonNode last = line.lastEvent();
        assertThat(last.path("fleets").asInt()).isEqualTo(FLEETS);
        assertThat(last.path("series").path("kind").asText()).isEqualTo("provider");
        assertThat(last.path("sample")).isNotEmpty();
        assertThat(line.state("acme/f1")).isEqualTo(SeriesState.SILENT);
        Series acme = new FleetOperations(database, line.clock(), line.profiles()).watched("acme");
        assertThat(acme.kind()).isEqualTo(SeriesKind.PROVIDER);
        assertThat(line.report("acme/f1").told().orElseThrow().series())
                .as("whose trouble explains that of a member")
                .isEqualTo(acme.id());

        flow(line).until("2026-03-03T15:00");
        assertThat(opened(line)).hasSize(1);
        assertThat(recovered(line)).hasSize(1).first().asString().startsWith("recovered acme ");
        assertThat(line.state("acme/f1")).isEqualTo(SeriesState.ON_TIME);
    }

    @Test
    void aRestartInTheMiddleOfAnOutageTellsNothingAgain() {
        Timeline line = line();
        silence(line).until("2026-03-03T09:20").restart().until("2026-03-03T10:00");
        assertThat(opened(line)).hasSize(1);

        line.restart().until("2026-03-03T11:00").downUntil("2026-03-03T12:00").until("2026-03-03T13:00");
        assertThat(opened(line)).hasSize(1);

        flow(line).until("2026-03-03T15:00");
        assertThat(opened(line)).hasSize(1);
        assertThat(recovered(line)).hasSize(1);
    }

    @Test
    void anOutageThatCameAndWentWhileNobodyLookedIsOneEventOfTheProvider() {
        Timeline line = line();
        silence(line).unwatchedUntil("2026-03-03T12:00");
        flow(line).rhythm("acme/f1", Rhythm.SILENT).unwatchedUntil("2026-03-03T15:00");
        line.rhythm("acme/f1", rhythm("acme/f1")).unwatchedUntil("2026-03-03T15:30");

        line.restart().until("2026-03-03T18:00");
        assertThat(opened(line))
                .as("f1 lacks what the provider's silence doesn't explain")
                .containsExactlyInAnyOrder("opened acme silent", "opened acme/f1 silent");
        assertThat(recovered(line)).hasSize(2);
    }

    @Test
    void anOutageOfManyFleetsThatCameAndWentWhileNobodyLookedIsOneEventOfTheProvider() {
        Timeline line = line();
        names().subList(0, 8).forEach(name -> line.rhythm(name, Rhythm.SILENT));
        line.unwatchedUntil("2026-03-03T12:00");
        flow(line).unwatchedUntil("2026-03-03T15:30");

        line.restart().until("2026-03-03T15:33");
        assertThat(line.events()).containsExactly("opened acme partial");
        JsonNode opened = line.lastEvent();
        assertThat(opened.path("members").asInt()).isEqualTo(8);
        assertThat(opened.path("sample").size()).isEqualTo(8);
        assertThat(opened.path("sentence").asText())
                .startsWith("acme: 8 of 12 fleets were quiet at once; by chance")
                .contains("It ended at 12:0")
                .endsWith("the watchdog was away from 09:00 to 15:30.");
        assertThat(Instant.parse(opened.path("since").asText()))
                .isBetween(Timeline.moment("2026-03-03T08:50"), Timeline.moment("2026-03-03T09:00"));

        line.restart().until("2026-03-03T18:00");
        assertThat(line.events()).containsExactly("opened acme partial", "recovered acme partial");
        assertThat(line.lastEvent().path("end").path("at").asText())
                .isLessThan(Timeline.moment("2026-03-03T12:10").toString());
    }

    @Test
    void anOutageOfManyFleetsWhileCaravanWasDownIsToldWhenTheyHaveCaughtUp() {
        Timeline line = line().downUntil("2026-03-03T15:30");
        names().forEach(name -> line.arrival(
                name,
                everyMinute(names().indexOf(name) < 8 ? "2026-03-03T12:00" : "2026-03-03T09:00", "2026-03-03T15:30")));
        line.until("2026-03-03T18:00");
        assertThat(line.events()).containsExactly("opened acme partial", "recovered acme partial");
        assertThat(line.facts().get(0).path("members").asInt()).isEqualTo(8);
    }

    private static List<Instant> everyMinute(String from, String until) {
        return Stream.iterate(
                        Timeline.moment(from),
                        at -> at.isBefore(Timeline.moment(until)),
                        at -> at.plus(Duration.ofMinutes(1)))
                .toList();
    }

    @Test
    void aFewThatWereSilentWhileNobodyLookedAreTroublesOfTheirOwn() {
        Timeline line = line();
        names().subList(0, 2).forEach(name -> line.rhythm(name, Rhythm.SILENT));
        line.unwatchedUntil("2026-03-03T12:00");
        flow(line).unwatchedUntil("2026-03-03T15:30");

        line.restart().until("2026-03-03T16:00");
        assertThat(opened(line)).containsExactlyInAnyOrder("opened acme/f0 silent", "opened acme/f1 silent");
        assertThat(recovered(line)).hasSize(2);
    }

    private double learnedOnTuesdaysAtTen(SeriesKind kind, String name) {
        long id = new SeriesRepository(database).find(kind, name).orElseThrow().id();
        return new StateRepository(database)
                .read(List.of(id))
                .get(0)
                .pattern()
                .orElseThrow()
                .minutes(24 + 10);
    }

    @Test
    void whoConfirmsTheTroubleOfAProviderConfirmsThatOfItsFleets() {
        Timeline line = line();
        double provider = learnedOnTuesdaysAtTen(SeriesKind.PROVIDER, "acme");
        double fleet = learnedOnTuesdaysAtTen(SeriesKind.FLEET, "acme/f1");
        silence(line).until("2026-03-03T12:00");
        flow(line).until("2026-03-03T14:00");
        assertThat(learnedOnTuesdaysAtTen(SeriesKind.FLEET, "acme/f1")).isLessThan(0.99 * fleet);

        Author ann = new Author("ann", "they said so");
        new FleetOperations(database, line.clock(), line.profiles()).confirm(ann, "acme");
        line.pass(Duration.ofMinutes(10));
        assertThat(learnedOnTuesdaysAtTen(SeriesKind.PROVIDER, "acme")).isCloseTo(provider, within(0.01));
        assertThat(learnedOnTuesdaysAtTen(SeriesKind.FLEET, "acme/f1")).isCloseTo(fleet, within(0.01));
        assertThat(opened(line)).hasSize(1);
    }

    @Test
    void aMemberThatStaysSilentAfterTheReturnIsToldThen() {
        Timeline line = line();
        silence(line).until("2026-03-03T11:00");
        flow(line).rhythm("acme/f1", Rhythm.SILENT).until("2026-03-03T11:20");
        assertThat(opened(line)).hasSize(1);
        assertThat(line.state("acme/f1")).isEqualTo(SeriesState.LATE);

        line.until("2026-03-03T14:00");
        assertThat(opened(line)).hasSize(2).last().isEqualTo("opened acme/f1 silent");
        assertThat(line.facts().stream()
                        .filter(facts -> facts.path("fleet").asText().equals("acme/f1"))
                        .findFirst()
                        .orElseThrow()
                        .path("since")
                        .asText())
                .as("its own last packet")
                .isLessThan(Timeline.moment("2026-03-03T09:01").toString());
    }

    @Test
    void oneSilentFleetIsItsOwnTrouble() {
        Timeline line = line();
        line.rhythm("acme/f1", Rhythm.SILENT).until("2026-03-03T12:00");
        assertThat(opened(line)).containsExactly("opened acme/f1 silent");
        assertThat(line.state("acme")).isEqualTo(SeriesState.ON_TIME);
    }

    @Test
    void manyThatAreQuietAtOnceAreTheProvidersTrouble() {
        Timeline line = line();
        names().subList(0, 8).forEach(name -> line.rhythm(name, Rhythm.SILENT));
        line.until("2026-03-03T12:00");
        assertThat(opened(line)).containsExactly("opened acme partial");
    }

    @Test
    void aPartialOutageIsToldOnceAlsoWhenAProcessDiedBeforeItWokeTheProvider() {
        Timeline line = new Timeline(database, "2026-03-03T08:00");
        names().forEach(name -> line.fleet(name, Rhythm.workdays(6, 20, 3)));
        line.until("2026-03-03T09:00");
        names().subList(0, 8).forEach(name -> line.rhythm(name, Rhythm.SILENT));
        for (int minute = 0; minute < 120 && !isAnyHeld(); minute++) {
            lullMerged(line);
            line.pass(Duration.ofMinutes(1));
        }
        assertThat(isAnyHeld()).isTrue();
        lullMerged(line);
        line.restart().until("2026-03-03T12:00");
        assertThat(opened(line)).containsExactly("opened acme partial");
    }

    /** Large ones are judged every five minutes, unless somebody wakes them. */
    private void lullMerged(Timeline line) {
        Query.of("update caravan.watch_state set due_at = :later where merged")
                .on(database)
                .set("later", line.now().plus(Duration.ofMinutes(5)))
                .update();
    }

    private boolean isAnyHeld() {
        return Query.of("select exists (select from caravan.watch_state where held_since is not null) as held")
                .on(database)
                .first(row -> row.getBoolean("held"))
                .orElse(false);
    }

    @Test
    void whatFallsSilentLongAfterAPartialOutageIsATroubleOfItsOwn() {
        Timeline line = line();
        names().subList(0, 8).forEach(name -> line.rhythm(name, Rhythm.SILENT));
        line.until("2026-03-03T12:00");
        line.rhythm("acme/f9", Rhythm.SILENT).until("2026-03-03T15:00");
        assertThat(opened(line)).containsExactly("opened acme partial", "opened acme/f9 silent");
    }

    @Test
    void theTroubleOfOneTenantIsNotTheProviders() {
        Timeline line = new Timeline(database, "2026-03-03T08:00");
        names().forEach(name -> line.fleet(
                name,
                rhythm(name),
                written -> name.compareTo("acme/f5") < 0
                        ? new Profile(
                                written.name(),
                                java.util.Optional.of("tulip"),
                                written.provider(),
                                written.credential(),
                                written.region(),
                                written.owner(),
                                written.contact(),
                                written.expectation(),
                                written.severity(),
                                written.retireAfter(),
                                written.lagLimit())
                        : written));
        line.until("2026-03-03T09:00");
        names().stream()
                .filter(name -> name.compareTo("acme/f5") < 0)
                .forEach(name -> line.rhythm(name, Rhythm.SILENT));
        line.until("2026-03-03T12:00");

        assertThat(opened(line)).hasSize(1).first().asString().startsWith("opened tulip ");
    }

    @Test
    void thousandsThatAreDueAtOnceAreJudgedInChunks() {
        Timeline line = line().chunksOf(5);
        line.unwatchedUntil("2026-03-03T10:00").restart().pass(Duration.ofMinutes(2));
        assertThat(line.events()).isEmpty();
        assertThat(new StateRepository(database).backlog(line.now()).count()).isLessThan(3);
    }

    private FleetOperations operations(Timeline line) {
        return new FleetOperations(database, line.clock(), line.profiles());
    }

    @Test
    void whoSaysThatTheSilenceOfAProviderIsExpectedMeansAllOfItsFleets() {
        Timeline line = silence(line()).until("2026-03-03T12:00");
        assertThat(opened(line)).hasSize(1);
        int told = line.events().size();

        FleetOperations operations = operations(line);
        List<Series> fleets = operations.expect(
                new Author("ada by slack", ""),
                operations.series("provider/acme"),
                new Window(
                        Window.Kind.EXPECTED,
                        line.now(),
                        Timeline.moment("2026-03-03T16:00"),
                        "they move their server"));
        assertThat(fleets).hasSize(FLEETS);
        assertThat(line.events()).hasSize(told + 1);
        assertThat(line.lastEvent().path("changes").get(0).asText()).isEqualTo("expected");
        assertThat(line.lastEvent().path("series").path("name").asText()).isEqualTo("acme");
        assertThat(line.lastEvent().path("sentence").asText())
                .startsWith("Expected until 16:00 by ada by slack (they move their server).");

        line.until("2026-03-03T15:59");
        assertThat(line.events()).hasSize(told + 1);
        assertThat(line.state("acme/f1")).isEqualTo(SeriesState.MAINTENANCE);
        assertThat(line.state("acme")).isEqualTo(SeriesState.MAINTENANCE);

        line.until("2026-03-03T16:10");
        assertThat(line.events().size()).as("who is still silent is told").isGreaterThan(told + 1);
        flow(line).until("2026-03-03T17:00");
        assertThat(line.events()).last().isEqualTo("recovered acme silent");
    }

    @Test
    void whatIsExpectedOfATenantIsTakenBackByTheSameName() {
        Timeline line = new Timeline(database, "2026-03-03T08:00");
        names().forEach(name -> line.fleet(name, rhythm(name), profile -> ofTenant(profile, "tulip")));
        line.until("2026-03-03T09:00");

        operations(line)
                .expect(
                        new Author("ann", ""),
                        "tulip",
                        Window.Kind.EXPECTED,
                        line.now(),
                        Timeline.moment("2026-03-05T00:00"),
                        "");
        silence(line).until("2026-03-03T12:00");
        assertThat(line.events()).isEmpty();
        assertThat(line.state("tulip")).isEqualTo(SeriesState.MAINTENANCE);

        assertThat(operations(line).expectNoMore(new Author("ann", ""), "tulip"))
                .isEqualTo(FLEETS);
        line.pass(Duration.ofMinutes(2));
        assertThat(line.events()).as("who is still silent after it").containsExactly("opened acme silent");
    }

    @Test
    void nobodyWantsACauseOfWhatIsExpectedOfAllFleetsOfATenant() {
        Timeline line = new Timeline(database, "2026-03-03T08:00");
        names().forEach(name -> line.fleet(name, rhythm(name), profile -> ofTenant(profile, "tulip")));
        silence(line.until("2026-03-03T09:00")).until("2026-03-03T12:00");
        assertThat(opened(line)).hasSize(1);
        operations(line)
                .expect(
                        new Author("ann", ""),
                        "acme/f*",
                        Window.Kind.EXPECTED,
                        line.now(),
                        Timeline.moment("2026-03-03T18:00"),
                        "");
        line.until("2026-03-03T12:02");
        int told = line.events().size();

        line.causes(trouble -> Optional.of(WatchdogTest.finding(Cause.CREDENTIALS, 0.9)))
                .until("2026-03-03T17:59");
        assertThat(line.events()).hasSize(told);
    }

    private static Profile ofTenant(Profile profile, String tenant) {
        return new Profile(
                profile.name(),
                Optional.of(tenant),
                profile.provider(),
                profile.credential(),
                profile.region(),
                profile.owner(),
                profile.contact(),
                profile.expectation(),
                profile.severity(),
                profile.retireAfter(),
                profile.lagLimit());
    }
}

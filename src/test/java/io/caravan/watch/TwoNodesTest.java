package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.Timeline.Rhythm;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.episode.CaughtUp;
import io.caravan.watch.episode.CloseReason;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeEdit;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.StateRepository;
import io.caravan.watch.series.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes watch the same fleets. 3 March 2026 is a Tuesday. */
@ExtendWith(PostgresExtension.class)
class TwoNodesTest {
    private static final int FLEETS = 12;

    private static Rhythm rhythm(String name) {
        return Rhythm.always(3 + Math.floorMod(name.hashCode(), 5));
    }

    private final Database database;

    TwoNodesTest(Database database) {
        this.database = database;
    }

    private static List<String> names() {
        return IntStream.range(0, FLEETS).mapToObj(i -> "acme/f" + i).toList();
    }

    private static Profile ofTenant(Profile written) {
        String tenant = Math.floorMod(written.name().hashCode(), 2) == 0 ? "tulip" : "rose";
        return new Profile(
                written.name(),
                Optional.of(tenant),
                written.provider(),
                Optional.of("main"),
                written.region(),
                written.owner(),
                written.contact(),
                written.expectation(),
                written.severity(),
                written.retireAfter(),
                written.lagLimit());
    }

    /** What isn't told of a trouble that goes on. */
    private static String step(JsonNode facts) {
        String event = facts.path("event").asText();
        boolean relapsed = facts.path("changes").toString().contains("relapsed");
        String step = relapsed ? "relapsed" : event.equals("changed") ? "" : event;
        return step.isEmpty()
                ? ""
                : step + " " + facts.path("series").path("name").asText();
    }

    @Test
    void outagesOfAllFleetsAreToldOnceEach_andNobodyWaitsForEver() {
        Timeline line = new Timeline(database, "2026-03-03T08:00").chunksOf(7);
        names().forEach(name -> line.fleet(name, rhythm(name), TwoNodesTest::ofTenant));
        line.until("2026-03-03T09:00").withAnotherNode();
        long deadlocks = count("select deadlocks as n from pg_stat_database where datname = current_database()");

        for (int outage = 0; outage < 3; outage++) {
            names().forEach(name -> line.rhythm(name, Rhythm.SILENT));
            line.pass(Duration.ofMinutes(45));
            names().forEach(name -> line.rhythm(name, rhythm(name)));
            line.pass(Duration.ofMinutes(30));
        }

        assertThat(line.facts().stream().map(TwoNodesTest::step).filter(step -> !step.isEmpty()))
                .containsExactly(
                        "opened acme",
                        "recovered acme",
                        "relapsed acme",
                        "recovered acme",
                        "relapsed acme",
                        "recovered acme");
        assertThat(count("select deadlocks as n from pg_stat_database where datname = current_database()"))
                .isEqualTo(deadlocks);
        assertThat(count("select count(*) as n from caravan.watch_episode where closed_at is null"))
                .isZero();
    }

    @Test
    void whatTwoNodesFindOfOneTroubleAtTheSameTimeIsKeptBoth() {
        new Timeline(database, "2026-03-03T08:00")
                .fleet("acme/f0", rhythm("acme/f0"))
                .rhythm("acme/f0", Rhythm.SILENT)
                .until("2026-03-03T12:00");
        EpisodeRepository episodes = new EpisodeRepository(database);
        Episode open = episodes.recent(null, true, 1).get(0);

        CompletableFuture<Void> other = database.inTransaction(connection -> {
            episodes.update(EpisodeEdit.of(open)
                    .cause(Optional.of(Cause.QUOTA))
                    .confidence(0.7)
                    .done());
            CompletableFuture<Void> escalates =
                    CompletableFuture.runAsync(() -> database.runInTransaction(ofTheOther -> {
                        Episode found =
                                episodes.lockOpen(List.of(open.series())).get(0);
                        episodes.update(EpisodeEdit.of(found).escalated(true).done());
                    }));
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            database.separately(beside -> count("select count(*) as n from pg_locks where not granted"))
                                    > 0);
            return escalates;
        });
        other.join();

        Episode kept = episodes.find(open.id()).orElseThrow();
        assertThat(kept.escalated()).isTrue();
        assertThat(kept.cause()).contains(Cause.QUOTA);
    }

    @Test
    void whoHoldsAMemberDoesNotWaitForItsMergedStream() {
        Timeline line = new Timeline(database, "2026-03-03T08:00");
        names().forEach(name -> line.fleet(name, rhythm(name)));
        line.until("2026-03-03T09:00");
        names().forEach(name -> line.rhythm(name, Rhythm.SILENT));
        line.until("2026-03-03T12:00");
        SeriesRepository series = new SeriesRepository(database);
        StateRepository states = new StateRepository(database);
        Series acme = series.find(SeriesKind.PROVIDER, "acme").orElseThrow();
        long member = series.find(SeriesKind.FLEET, "acme/f1").orElseThrow().id();
        Episode open = new EpisodeRepository(database).open(List.of(acme.id())).get(0);
        Subject subject = Profile.of("acme", Expectation.in(Timeline.AMSTERDAM)).subject(acme, FLEETS);

        CompletableFuture<Void> closing = database.inTransaction(connection -> {
            assertThat(states.claim(member)).isPresent();
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> database.runInTransaction(ofTheOther -> {
                states.lockMerged();
                assertThat(states.claim(acme.id())).isPresent();
                new Episodes(database, new WatchEvents() {})
                        .close(subject, open, CloseReason.RECOVERED, CaughtUp.NOTHING, line.now());
            }));
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            database.separately(beside -> count("select count(*) as n from pg_locks where not granted"))
                                    > 0);
            states.wakeParentsOfTrouble(List.of(member), Instant.EPOCH);
            return other;
        });
        closing.join();

        assertThat(count("select count(*) as n from caravan.watch_episode where closed_at is null"))
                .isZero();
    }

    private long count(String sql) {
        Query query = Query.of(sql);
        return query.on(database).first(row -> row.getLong("n")).orElse(0L);
    }
}

package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.alert.AlertComponent;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.Incident;
import io.caravan.alert.Signal;
import io.caravan.alert.answer.Act;
import io.caravan.alert.answer.Answers;
import io.caravan.alert.answer.Outcome;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.FleetOperations;
import io.caravan.watch.WatchComponent;
import io.caravan.watch.WatchNode;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Account;
import io.caravan.watch.episode.Author;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The routes between the watchdog and alerts, as shipped. */
@ExtendWith(PostgresExtension.class)
class WatchAlertsRouteTest {
    private static final String NORTH = "acme/north";
    private static final Duration SILENT_FOR = Duration.ofHours(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Database database;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AlertComponent alerts = new AlertComponent();

    WatchAlertsRouteTest(Database database) throws Exception {
        this.database = database;
        Query.of("""
                        truncate caravan.watch_series, caravan.watch_window, caravan.watch_audit, caravan.alert_incident,
                                 caravan.outbox_notice, caravan.outbox_subscription cascade""").on(database).update();
        camel.getRegistry().bind("database", database);
        alerts.setSweep(200);
        camel.addComponent("alert", alerts);
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(PluginHelper.getResourceLoader(camel)
                        .resolveResource("file:" + Path.of("routes/watch/alerts.camel.yaml")));
    }

    @AfterEach
    void stop() throws IOException {
        alerts.node().close();
        camel.close();
    }

    private void start() {
        camel.start();
        alerts.node().start();
    }

    private WatchNode node() {
        return camel.getComponent("watch", WatchComponent.class).node();
    }

    private Series series(SeriesKind kind, String name) {
        SeriesRepository series = new SeriesRepository(database);
        series.findOrCreate(kind, List.of(name), Instant.now());
        // it has sent nothing yet, so that the watchdog would take it for young, and end its trouble
        Query.of("update caravan.watch_state set due_at = 'infinity'")
                .on(database)
                .update();
        return series.find(kind, name).orElseThrow();
    }

    private Incident trouble(Series about, EpisodeKind kind) {
        Subject subject = new Subject(
                about,
                1,
                Optional.of("acme"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ZoneOffset.UTC);
        Account account = new Account(
                "It is silent.", List.of(), Severity.HIGH, Optional.empty(), 1, List.of(), Optional.empty());
        Instant now = Instant.now();
        database.inTransaction(
                connection -> node().episodes().open(subject, kind, now.minus(SILENT_FOR), account, now));
        await().atMost(PATIENCE).until(() -> incident().filter(Incident::isOpen).isPresent());
        return incident().orElseThrow();
    }

    private Optional<Incident> incident() {
        return alerts.node().incidents().list(Map.of(), true, 1).stream().findFirst();
    }

    private boolean isOver() {
        return incident().filter(incident -> !incident.isOpen()).isPresent();
    }

    private List<String> windows() {
        return Query.of(
                        "select fleets || ' for ' || extract(hours from date_trunc('hour', until_at - from_at)) || ' h by ' || created_by as told from caravan.watch_window")
                .on(database)
                .list(row -> row.getString("told"));
    }

    private int count(String table) {
        return Query.of("select count(*) as n from caravan." + table)
                .on(database)
                .first(row -> row.getInt("n"))
                .orElse(0);
    }

    @Test
    void aTroubleThatSomebodyExpectsIsNoIncidentAnyMore() {
        start();
        trouble(series(SeriesKind.FLEET, NORTH), EpisodeKind.SILENT);

        new FleetOperations(database, Clock.systemUTC(), node().profiles())
                .expect(
                        new Author("ann", ""),
                        NORTH,
                        Window.Kind.EXPECTED,
                        Instant.now(),
                        Instant.now().plusSeconds(3_600),
                        "snow");
        await().atMost(PATIENCE).until(this::isOver);
        assertThat(alerts.node().incidents().history(incident().orElseThrow()))
                .last()
                .asString()
                .contains("Expected until", "by ann (snow)");
    }

    @Test
    void whoPressesExpectedMakesItExpectedOfTheFleet_once() {
        start();
        Incident incident = trouble(series(SeriesKind.FLEET, NORTH), EpisodeKind.SILENT);
        Instant until = Instant.now().plus(Duration.ofHours(5)).plusSeconds(60);
        Answers answers = alerts.answers();

        Outcome first = answers.expect(incident.number(), until, "works holiday", Answers.program("ada"));
        assertThat(first.isDone()).isTrue();
        assertThat(first.sentence()).contains("expected until", "works holiday");
        assertThat(answers.expect(incident.number(), until, "", Answers.program("bob"))
                        .kind())
                .isEqualTo(Outcome.Kind.ALREADY);
        assertThat(alerts.node().incidents().history(incident))
                .last()
                .asString()
                .contains("resolved by ada by api: expected until", "works holiday");

        await().atMost(PATIENCE).until(() -> !windows().isEmpty() && count("outbox_notice") == 0);
        assertThat(windows()).as("from the trouble's beginning on").containsExactly(NORTH + " for 8 h by ada by api");
        assertThat(count("watch_audit")).isEqualTo(1);
        assertThat(isOver()).as("the watchdog's own word doesn't open it again").isTrue();
    }

    @Test
    void ofAMergedStreamItIsExpectedOfAllItsFleets() {
        start();
        Series north = series(SeriesKind.FLEET, NORTH);
        Series tulip = series(SeriesKind.TENANT, "tulip");
        Query.of("update caravan.watch_series set tenant = 'tulip' where kind = 'FLEET'")
                .on(database)
                .update();
        new SeriesRepository(database).join(tulip.id(), List.of(north.id()));
        // the watchdog itself makes nothing of a stream of one fleet
        alerts.node()
                .incidents()
                .raise(List.of(new Signal(
                        "watch/tenant/tulip/state",
                        io.caravan.alert.Severity.HIGH,
                        Map.of(),
                        "Tulip is silent.",
                        "{\"series\": {\"kind\": \"tenant\", \"name\": \"tulip\"}}",
                        Instant.now(),
                        1,
                        Set.of(Act.EXPECT))));
        Incident incident = incident().orElseThrow();

        assertThat(alerts.answers()
                        .answer(incident.number(), Act.EXPECT, Answers.program("ada"))
                        .isDone())
                .isTrue();
        await().atMost(PATIENCE).until(() -> !windows().isEmpty());
        assertThat(windows()).singleElement().asString().startsWith(NORTH);
    }

    @Test
    void errorsOfAProviderAreExpectedToo_alsoBeforeAnyFleetHasSent() {
        start();
        Incident incident = trouble(series(SeriesKind.PROVIDER, "acme"), EpisodeKind.ERRORS);
        assertThat(incident.acts()).containsExactly(Act.EXPECT);
        assertThat(alerts.answers()
                        .answer(incident.number(), Act.EXPECT, Answers.program("ada"))
                        .isDone())
                .isTrue();
        await().atMost(PATIENCE).until(() -> !windows().isEmpty() && count("outbox_notice") == 0);
        assertThat(windows()).singleElement().asString().startsWith("acme/* for");
        assertThat(isOver()).isTrue();
    }

    @Test
    void whatCantBeExpectedHasNoSuchButton() {
        start();
        Incident incident = trouble(series(SeriesKind.PROVIDER, "acme"), EpisodeKind.TOO_MANY_FLEETS);
        assertThat(incident.acts()).isEmpty();
        assertThat(alerts.answers().isPossible(Act.EXPECT, incident, Answers.pageReader()))
                .isFalse();
        Outcome refused = alerts.answers().answer(incident.number(), Act.EXPECT, Answers.program("ada"));
        assertThat(refused.kind()).isEqualTo(Outcome.Kind.UNFIT);
        assertThat(isOver()).isFalse();
    }

    /** To the database a process that is killed is a connection that breaks. */
    @Test
    void aProcessThatDiesInTheMiddleOfItMakesItExpectedOnceAllTheSame() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AdviceWith.adviceWith(
                camel,
                "watch-expected",
                route -> route.weaveAddLast().process(exchange -> {
                    if (runs.incrementAndGet() == 1) {
                        Query.of("select pg_terminate_backend(pg_backend_pid())")
                                .on(database)
                                .first(row -> true);
                    }
                }));
        start();
        Incident incident = trouble(series(SeriesKind.FLEET, NORTH), EpisodeKind.SILENT);
        alerts.answers().answer(incident.number(), Act.EXPECT, Answers.program("ada"));

        await().atMost(PATIENCE).until(() -> runs.get() == 2 && count("outbox_notice") == 0);
        assertThat(windows()).hasSize(1);
        assertThat(count("watch_audit")).isEqualTo(1);
    }

    @Test
    void whereNoRouteMakesItExpectedNothingIsChanged() throws Exception {
        camel.removeRouteDefinition(camel.getRouteDefinition("watch-expected"));
        start();
        Incident incident = trouble(series(SeriesKind.FLEET, NORTH), EpisodeKind.SILENT);
        Outcome outcome = alerts.answers().answer(incident.number(), Act.EXPECT, Answers.program("ada"));
        assertThat(outcome.sentence()).contains("No route makes incident");
        assertThat(isOver()).isFalse();
        assertThat(new AlertDesk(database, Clock.systemUTC(), alerts.routing()::current)
                        .incidents()
                        .canBeExpected(incident))
                .isFalse();
    }
}

package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.routes.RouteFileStatus;
import io.caravan.routes.RouteLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From the events of fleets and workflows to messages, by the routes and the config/alerts.yaml that the project ships. */
@ExtendWith(PostgresExtension.class)
class ShippedAlertRoutesTest {
    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");

    private final Database database;
    private final HandClock clock = new HandClock(START);
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final AlertComponent alerts = new AlertComponent();
    private RouteLoader loader;
    private Notifier notifier;

    ShippedAlertRoutesTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        for (String table : List.of("alert_delivery", "alert_group", "alert_silence", "alert_incident")) {
            Query.of("delete from caravan." + table).on(database).update();
        }
        Files.copy(Path.of("routes/watch/alerts.camel.yaml"), folder.resolve("watch.camel.yaml"));
        Files.copy(Path.of("routes/dag/alerts.camel.yaml"), folder.resolve("dag.camel.yaml"));
        context.getRegistry().bind("clock", Clock.class, clock);
        context.getRegistry().bind("database", database);
        alerts.setFile(Path.of("config/alerts.yaml").toString());
        context.addComponent("alert", alerts);
        context.addComponent("watch", new Events());
        context.addComponent("dag", new Events());
        context.setSourceLocationEnabled(true);
        context.start();
        loader = new RouteLoader(context, List.of(folder), Clock.systemUTC());
        loader.start();
        assertThat(loader.statuses()).hasSize(2).allMatch(RouteFileStatus::isLoaded);
        notifier = notifier();
    }

    private Notifier notifier() {
        Telling telling = new Telling(database, alerts.routing()::current, queued -> {});
        Incidents incidents = alerts.node().incidents();
        AlertEvents events = new AlertEvents() {};
        Settlement settlement = new Settlement(database, clock, alerts.routing()::current, incidents, events);
        return new Notifier(
                database,
                clock,
                Duration.ofSeconds(5),
                telling,
                new Strays(database, clock, alerts.routing()::current, Duration.ofSeconds(5), telling),
                new Readdressing(alerts.routing()::current, new DeliveryRepository(database)),
                new Sending(clock, new DeliveryRepository(database), settlement),
                new Confirmations(database, clock, settlement, incidents, events),
                new Heartbeat(database, clock, alerts.routing()::current, List.of()),
                new Retention(database, clock, Duration.ofDays(90)),
                new ServedChannels(database, clock, new Channels(), Duration.ofSeconds(5)));
    }

    @AfterEach
    void stop() {
        loader.close();
        context.stop();
    }

    @Test
    void aWorkflowThatFailsIsToldOnceAndWhenALaterRunSucceeds() {
        workflow("failed", "scheduled", "2026-03-01T02:00:00Z");
        workflow("failed", "manual", "2026-03-02T02:00:00Z");
        at("PT10S");
        assertThat(told())
                .containsExactly(
                        "firing high: Workflow rides: the run for 2026-03-02T02:00:00Z failed | See why: caravan"
                                + " dag show 1f0c; once it is mended: caravan dag clear 1f0c --failed");
        workflow("succeeded", "backfill", "2026-02-02T02:00:00Z");
        at("PT11M");
        assertThat(told()).isEmpty();
        workflow("succeeded", "scheduled", "2026-03-03T02:00:00Z");
        assertThat(told())
                .containsExactly("resolved high: Workflow rides: the run for 2026-03-02T02:00:00Z failed"
                        + " | the run for 2026-03-03T02:00:00Z succeeded");
        workflow("succeeded", "scheduled", "2026-03-04T02:00:00Z");
        assertThat(told()).isEmpty();
    }

    @Test
    void whatFailsInABackfillWaitsForTheDigest() {
        workflow("failed", "backfill", "2026-02-02T02:00:00Z");
        at("PT6H");
        assertThat(told()).isEmpty();
        at("PT22H"); // 08:00
        assertThat(told()).singleElement().asString().startsWith("firing low: Workflow rides: the backfill for");
    }

    @Test
    void aDeadlineThatIsMissedIsToldUntilItIsMet() {
        workflow("deadline", "deadline", "2026-03-02T02:00:00Z");
        at("PT10S");
        assertThat(told())
                .singleElement()
                .asString()
                .startsWith("firing high: Workflow rides: its deadline for 2026-03-02T02:00:00Z was not met");
        workflow("succeeded", "scheduled", "2026-03-02T02:00:00Z");
        assertThat(told()).isEmpty();
        workflow("deadlineResolved", "deadline", "2026-03-02T02:00:00Z");
        assertThat(told()).singleElement().asString().startsWith("resolved high: Workflow rides: its deadline");
    }

    @Test
    void theSilencesOfFleetsAreHiddenByTheOutageOfTheirProviderAndComeToLightAfterIt() {
        watch("opened", "acme/1", "fleet", "silent");
        watch("opened", "acme/2", "fleet", "silent");
        watch("opened", "zeta/1", "fleet", "silent");
        watch("opened", "", "provider", "silent");
        at("PT10S");
        assertThat(told())
                .containsExactlyInAnyOrder(
                        "firing high: provider of acme is silent | 2 more alerts: acme/1, acme/2",
                        "firing high: zeta/1 is silent");
        watch("recovered", "acme/1", "fleet", "silent");
        watch("recovered", "", "provider", "silent");
        at("PT20M");
        assertThat(told()).singleElement().asString().startsWith("update high: acme/2 is silent");
    }

    private void workflow(String event, String kind, String logicalTime) {
        context.createProducerTemplate()
                .sendBodyAndHeaders(
                        "dag:*",
                        Map.of(
                                "dag",
                                "rides",
                                "kind",
                                kind,
                                "logicalTime",
                                logicalTime,
                                "dueAt",
                                logicalTime,
                                "detail",
                                ""),
                        Map.of("CaravanDagEvent", event, "CaravanDagWorkflow", "rides", "CaravanDagRun", "1f0c"));
    }

    private void watch(String event, String fleet, String kind, String trouble) {
        String provider = fleet.startsWith("zeta") ? "zeta" : "acme";
        String name = fleet.isEmpty() ? "provider of " + provider : fleet;
        context.createProducerTemplate()
                .sendBodyAndHeaders(
                        "watch:events",
                        Map.of(
                                "key",
                                "watch/" + kind + "/" + name + "/state",
                                "sentence",
                                name + " is " + trouble,
                                "series",
                                Map.of("kind", kind, "name", fleet.isEmpty() ? provider : fleet),
                                "end",
                                Map.of("reason", "packets came", "lasted", "9 min")),
                        Map.of(
                                "CaravanWatchEvent", event,
                                "CaravanWatchEpisode", name,
                                "CaravanWatchTrouble", trouble,
                                "CaravanWatchSeverity", "high",
                                "CaravanWatchCause", "unknown",
                                "CaravanWatchFleet", fleet,
                                "CaravanWatchProvider", provider));
    }

    private void at(String since) {
        clock.set(START.plus(Duration.parse(since)));
    }

    /** What is told to the chat now. */
    private List<String> told() {
        notifier.look();
        return Query.of("delete from caravan.alert_delivery returning receiver, message::text")
                .on(database)
                .list(row -> Map.entry(row.getString("receiver"), Json.tree(row.getString("message"))))
                .stream()
                .filter(message -> message.getKey().equals("chat"))
                .map(message -> line(message.getValue()))
                .toList();
    }

    private static String line(JsonNode message) {
        JsonNode first = message.path("incidents").isEmpty() ? message.at("/ended/0") : message.at("/incidents/0");
        return Stream.of(
                        message.path("kind").asText() + " "
                                + message.path("severity").asText() + ": "
                                + message.path("summary").asText(),
                        message.path("state").asText().equals("open")
                                ? first.at("/detail/action").asText()
                                : "",
                        first.path("hides").asText(""),
                        first.path("ending").asText(""))
                .filter(part -> !part.isEmpty() && !part.equals("null"))
                .collect(Collectors.joining(" | "));
    }

    /** Events that a test makes itself, whatever the route asks for. */
    private static final class Events extends DirectComponent {
        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
                throws Exception {
            parameters.clear();
            return super.createEndpoint(uri, remaining, parameters);
        }
    }
}

package io.caravan.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.alert.AlertComponent;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.Incident;
import io.caravan.alert.IncidentState;
import io.caravan.alert.Incidents;
import io.caravan.alert.Severity;
import io.caravan.alert.Signal;
import io.caravan.alert.answer.Act;
import io.caravan.alert.answer.MessageLinks;
import io.caravan.api.AlertResource;
import io.caravan.api.AlertsApi;
import io.caravan.api.SilenceResource;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** As browsers, chats that fetch what they show, and programs meet it: over HTTP. */
@ExtendWith(PostgresExtension.class)
class AlertPagesTest {
    private static final String NASTY = "<script>alert('x')</script> & \"quotes\"";

    private final Database database;
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-06T10:00:00Z"));
    private final Main camel = new Main();
    private final HttpClient http = HttpClient.newHttpClient();
    private @TempDir Path config;
    private String url = "";
    private AlertComponent alerts;
    private Incidents incidents;
    private AlertPages pages;

    AlertPagesTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        Files.writeString(config.resolve("alerts.yaml"), """
                zone: Europe/Amsterdam
                receivers:
                  ops:
                  customer: {may: [acknowledge]}
                route: {to: ops}
                """);
        int port = freePort();
        camel.addInitialProperty("camel.server.enabled", "true");
        camel.addInitialProperty("camel.server.host", "127.0.0.1");
        camel.addInitialProperty("camel.server.port", String.valueOf(port));
        camel.addInitialProperty(
                "camel.component.alert.file", config.resolve("alerts.yaml").toString());
        camel.addInitialProperty("camel.component.alert.url", "https://caravan.example.org");
        camel.bind("database", database);
        camel.bind("clock", clock);
        camel.start();
        alerts = camel.getCamelContext().getComponent("alert", AlertComponent.class);
        AlertDesk desk = new AlertDesk(database, clock, alerts.routing()::current);
        incidents = desk.incidents();
        pages = new AlertPages(desk, alerts.answers(), alerts.links(), alerts.board());
        camel.getCamelContext().addRoutes(pages);
        camel.getCamelContext()
                .addRoutes(new AlertsApi(
                        new AlertResource(desk, alerts.answers(), clock), new SilenceResource(desk, clock)));
        url = "http://127.0.0.1:" + port;
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void lookingAtALinkChangesNothing_pressingItsButtonDoes() throws Exception {
        Incident incident = raise("acme/1");
        String link = link(Act.ACKNOWLEDGE, incident, "ops");

        HttpResponse<String> offer = get(link);
        assertThat(offer.statusCode()).isEqualTo(200);
        assertThat(offer.body()).contains("Acknowledge", "acme/1 is silent", "method=\"post\"");
        assertThat(state(incident)).isEqualTo(IncidentState.OPEN);

        HttpResponse<String> done = post(link);
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body()).contains("is acknowledged");
        assertThat(state(incident)).isEqualTo(IncidentState.ACKNOWLEDGED);
        assertThat(incidents.history(incident)).last().asString().contains("acknowledged by ops by link");
    }

    @Test
    void aLinkActsOnce() throws Exception {
        Incident incident = raise("acme/once");
        String link = link(Act.SILENCE_HOUR, incident, "ops");

        assertThat(post(link).statusCode()).isEqualTo(200);
        assertThat(post(link).statusCode()).isEqualTo(410);
        assertThat(get(link).body()).contains("has been used before");
        assertThat(incidents.history(incident))
                .filteredOn(line -> line.contains("silenced"))
                .hasSize(1);
    }

    @Test
    void whatIsExpiredForgedOrNotAllowedSaysSo() throws Exception {
        Incident incident = raise("acme/refused");
        String link = link(Act.RESOLVE, incident, "ops");

        assertThat(post(link.replaceAll(".$", "_")).statusCode()).isEqualTo(403);
        assertThat(post("/answer/nonsense").statusCode()).isEqualTo(403);
        assertThat(post(link(Act.RESOLVE, incident, "nobody")).statusCode()).isEqualTo(403);
        assertThat(post(link(Act.RESOLVE, incident, "customer")).statusCode()).isEqualTo(403);
        assertThat(incidents.history(incident))
                .filteredOn(line -> line.contains("refused by"))
                .extracting(line -> line.replaceAll("^\\S+ ", ""))
                .containsExactly("refused by nobody by link: resolve", "refused by customer by link: resolve");

        clock.advance(Duration.ofDays(8));
        assertThat(post(link).statusCode()).isEqualTo(410);
        assertThat(state(incident)).isEqualTo(IncidentState.OPEN);
    }

    @Test
    void whatIsOverIsNotResolvedAgain() throws Exception {
        Incident incident = raise("acme/over");
        incidents.resolve(List.of("acme/over"), "caravan", "");

        HttpResponse<String> answer = post(link(Act.RESOLVE, incident, "ops"));
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("is resolved. Nothing is left to do");
    }

    @Test
    void untilTheNextBusinessDayIsByTheReceiversClock() throws Exception {
        Incident incident = raise("acme/friday");
        assertThat(post(link(Act.SILENCE_WORKDAY, incident, "ops")).body()).contains("until Monday 9 March 09:00 CET");
    }

    @Test
    void anIncidentsPageTellsAllAndEscapesEverything() throws Exception {
        Incident incident = raise(NASTY, NASTY, "{\"cause\": \"" + NASTY.replace("\"", "\\\"") + "\"}");

        HttpResponse<String> page = get("/alerts/" + incident.number());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("&lt;script&gt;", "What happened", "opened", "Acknowledge", "Silence for 1 h", "Resolve")
                .doesNotContain("<script");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    }

    @Test
    void aButtonOfThePageWorksWithoutAnyScript() throws Exception {
        Incident incident = raise("acme/button");
        String page = get("/alerts/" + incident.number()).body();
        String action = page.replaceAll("(?s).*action=\"\\.\\./(answer/[^\"]+)\"><button class=\"resolve\".*", "/$1");

        assertThat(post(action).statusCode()).isEqualTo(200);
        assertThat(get("/alerts/" + incident.number()).body())
                .contains("Over since")
                .doesNotContain("<button");
        assertThat(incidents.history(incident)).last().asString().contains("resolved by somebody by our page");
    }

    @Test
    void aLinkToThePageWorksAsOftenAsOneLikes_withTheRightsOfItsReceiver() throws Exception {
        Incident incident = raise("acme/see");
        String link = link(Act.SEE, incident, "customer");

        assertThat(get(link).body()).contains("Acknowledge").doesNotContain(">Resolve<");
        assertThat(get(link).statusCode()).isEqualTo(200);
    }

    @Test
    void aButtonOfThePageEndsASilence_once() throws Exception {
        Incident incident = raise("acme/unsilence");
        assertThat(post(link(Act.SILENCE_HOUR, incident, "ops")).statusCode()).isEqualTo(200);
        String action = get("/alerts")
                .body()
                .replaceAll(
                        "(?s).*<code class=\"what\">key=acme/unsilence</code>(?:(?!action).)*action=\"(answer/[^\"]+)\"><button class=\"unsilence\".*",
                        "/$1");

        assertThat(get("/alerts/" + incident.number()).body()).contains("Silenced until", "End the silence");
        assertThat(get(link(Act.SEE, incident, "customer")).body())
                .contains("Silenced until")
                .doesNotContain("End the silence");
        assertThat(get(action).body()).contains("key=acme/unsilence", "End the silence", "Nothing has been changed");
        assertThat(incidents.silencedUntil(incident)).isPresent();
        HttpResponse<String> ended = post(action);
        assertThat(ended.statusCode()).isEqualTo(200);
        assertThat(ended.body()).contains("has ended", "href=\"../alerts\"");
        assertThat(incidents.silencedUntil(incident)).isEmpty();
        assertThat(incidents.history(incident)).last().asString().contains("unsilenced by somebody by our page");
        assertThat(post(action).statusCode()).isEqualTo(409);
        assertThat(get("/alerts").body()).doesNotContain("key=acme/unsilence");
    }

    @Test
    void byWhoseClockATextTellsTimesIsSaidWhereItIsNotTheReaders() throws Exception {
        Incident here = raise("zone/here", "silent since 11:00", "{\"zone\": \"Europe/Berlin\"}");
        Incident there = raise("zone/there", "silent since 05:00", "{\"zone\": \"America/New_York\"}");
        Incident nowhere = raise("zone/nowhere", "silent", "{\"zone\": \"of danger\"}");
        assertThat(get(link(Act.SEE, there, "ops")).body()).contains("America/New_York (times in the text)");
        assertThat(get(link(Act.SEE, here, "ops")).body()).doesNotContain("times in the text");
        assertThat(get(link(Act.SEE, nowhere, "ops")).body()).doesNotContain("times in the text");
    }

    @Test
    void whatNeedsSomebodyIsListedFirst() throws Exception {
        Incident taken = raise("order/taken");
        incidents.acknowledge(taken.number(), "ada");
        raise("order/waits");
        raise("order/newest");
        assertThat(get("/alerts").body())
                .containsSubsequence("order/newest is silent", "order/waits is silent", "order/taken is silent");
    }

    @Test
    void aLinkThatSaysExpectedAsksUntilWhen() throws Exception {
        heard();
        Incident incident = raiseExpectable("acme/expected");
        String link = link(Act.EXPECT, incident, "ops");

        assertThat(get(link).body())
                .contains("value=\"2026-03-09T09:00\"", "Europe/Amsterdam", "acme/expected is silent");
        HttpResponse<String> unclear = form(link, "until=soon&why=works+holiday");
        assertThat(unclear.statusCode()).isEqualTo(400);
        assertThat(unclear.body()).contains("is no moment", "value=\"works holiday\"");
        assertThat(form(link, "until=2026-03-01T09:00").body()).contains("has to be to come");
        assertThat(state(incident)).isEqualTo(IncidentState.OPEN);

        HttpResponse<String> done = form(link, "until=2026-03-16T07:30&why=works%00%0Aholiday");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body()).contains("expected until Monday 16 March 07:30 CET: works holiday");
        assertThat(incidents.history(incident))
                .last()
                .asString()
                .contains("resolved by ops by link: expected until Monday 16 March 07:30 CET: works holiday");
        assertThat(form(link, "until=2026-03-16T07:30").statusCode()).isEqualTo(410);
        assertThat(post(link(Act.EXPECT, incident, "customer")).statusCode()).isEqualTo(403);
    }

    @Test
    void expectedIsOfferedWhereTheRouteSaysSoAndAnotherMakesItTrue() throws Exception {
        String plain = "/alerts/" + raise("acme/plain").number();
        String offered = "/alerts/" + raiseExpectable("acme/offered").number();
        forgotten();
        assertThat(get(offered).body()).doesNotContain("Expected…");
        heard();
        assertThat(get(plain).body()).doesNotContain("Expected…");
        String page = get(offered).body();
        assertThat(page).contains("Expected…");
        String form = page.replaceAll("(?s).*method=\"get\" action=\"\\.\\./(answer/[^\"]+)\">.*", "/$1");
        assertThat(get(form + "?").body()).contains("Until", "somebody");
    }

    @Test
    void programsSayThatItIsExpected() throws Exception {
        heard();
        Incident incident = raiseExpectable("acme/expect-api");
        String path = "/api/alerts/" + incident.number() + "/expect";
        assertThat(postJson(path, "{\"until\": \"soon\"}").statusCode()).isEqualTo(422);
        assertThat(postJson(path, "{\"until\": \"2026-03-09\", \"why\": \"snow\"}")
                        .body())
                .contains("expected until");
        assertThat(incidents.history(incident)).last().asString().contains("by ann by api: expected until", "snow");
        assertThat(postJson(path, "{\"until\": \"workday\"}").statusCode()).isEqualTo(409);
    }

    /** As though a route listened. */
    private void heard() {
        Query.of("""
                        insert into caravan.outbox_subscription (topic, route, wants, seen_at)
                        values ('alert', 'test', '{"kind": ["expected"]}', now()) on conflict do nothing""").on(database).update();
    }

    private void forgotten() {
        Query.of("delete from caravan.outbox_subscription").on(database).update();
    }

    private HttpResponse<String> form(String path, String body) throws Exception {
        return post(path, "application/x-www-form-urlencoded", body);
    }

    @Test
    void programsMakeListAndEndSilences() throws Exception {
        HttpResponse<String> made =
                postJson("/api/silences", "{\"match\": [\"provider=zeta\"], \"for\": \"30d\", \"why\": \"mistyped\"}");
        assertThat(made.statusCode()).isEqualTo(200);
        String number = made.body().replaceAll("(?s).*\"silence\":([0-9]+).*", "$1");

        assertThat(get("/api/silences").body()).contains("\"match\":[\"provider=zeta\"]", "\"why\":\"mistyped\"");
        assertThat(get("/alerts").body()).contains("provider=zeta", "End the silence");
        assertThat(postJson("/api/silences/" + number + "/end", "").statusCode())
                .isEqualTo(200);
        assertThat(postJson("/api/silences/" + number + "/end", "").statusCode())
                .isEqualTo(404);
        assertThat(get("/api/silences").body()).doesNotContain("zeta");
        assertThat(postJson("/api/silences", "{\"match\": [\"zeta\"], \"for\": \"1h\", \"why\": \"x\"}")
                        .body())
                .contains("'zeta' is no condition");
        assertThat(postJson("/api/silences", "{\"match\": [\"a=b\"], \"why\": \"x\"}")
                        .body())
                .contains("write a time such as 30m, 1h or 2d, or until");
    }

    @Test
    void programsListShowAndAnswer() throws Exception {
        Incident incident = raise("acme/api");
        String one = "/api/alerts/" + incident.number();

        JsonNode list = json(get("/api/alerts?state=open&severity=high&label=provider=acme&text=API"));
        assertThat(list.path("alerts")).hasSize(1);
        assertThat(list.at("/alerts/0/key").asText()).isEqualTo("acme/api");
        assertThat(get("/api/alerts?state=ajar").statusCode()).isEqualTo(422);

        assertThat(postJson(one + "/acknowledge", "").statusCode()).isEqualTo(200);
        assertThat(postJson(one + "/acknowledge", "").statusCode()).isEqualTo(409);
        assertThat(postJson(one + "/silence", "{\"for\": \"2h\"}").body()).contains("is silenced until");
        assertThat(postJson(one + "/silence", "{\"until\": \"2020-01-01T00:00:00Z\"}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(postJson(one + "/resolve", "{}").statusCode()).isEqualTo(200);
        assertThat(json(get(one)).path("state").asText()).isEqualTo("RESOLVED");
        assertThat(json(get(one)).findValuesAsText("who")).contains("ann by api");
        assertThat(postJson("/api/alerts/999999/resolve", "").statusCode()).isEqualTo(404);
    }

    /** A form of somebody else's page could be sent without its reader's knowledge; JSON can't. */
    @Test
    void aFormOfSomebodyElseDoesNothing() throws Exception {
        Incident incident = raise("acme/csrf");
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")) {
            assertThat(post("/api/alerts/" + incident.number() + "/resolve", type, "{}")
                            .statusCode())
                    .isEqualTo(415);
        }
        assertThat(state(incident)).isEqualTo(IncidentState.OPEN);
    }

    @Test
    void incidentsArePaged() throws Exception {
        for (int i = 0; i < 5; i++) {
            raise("page/" + i);
        }
        JsonNode first = json(get("/api/alerts?text=page/&limit=3"));
        assertThat(first.path("alerts").findValuesAsText("key")).containsExactly("page/4", "page/3", "page/2");
        JsonNode second = json(get(
                "/api/alerts?text=page/&limit=3&before=" + first.path("before").asLong()));
        assertThat(second.path("alerts").findValuesAsText("key")).containsExactly("page/1", "page/0");
        assertThat(second.has("before")).isFalse();
    }

    @Test
    void theChatShowsWhatIsOpenAndWhatIsOver_escaped() throws Exception {
        Incident incident = raise("acme/chat");
        String told = """
                {"number": %d, "key": "k", "state": "open", "severity": "high", "summary": "<b>acme</b>", "since": "x", "sinceTime": "now",
                 "signals": 1, "acknowledgedBy": null, "lasted": "43 s", "labels": {}, "detail": {}}""".formatted(incident.number());
        alerts.board().show(UUID.randomUUID(), Optional.empty(), "ops", """
                {"kind": "update", "state": "open", "severity": "high", "summary": "x", "at": "2026-03-06T10:00:00Z", "time": "now",
                 "receiver": "ops", "open": 1, "resolved": 1, "incidents": [%s], "ended": [%s]}""".formatted(told, told));

        String page = get("/chat").body();
        assertThat(page)
                .contains("&lt;b&gt;acme", "Over; it lasted 43 s.", "Acknowledge")
                .doesNotContain("<b>acme");
    }

    @Test
    void whatAnOutageExplainsIsNamedOnItsPageAndLinkedToIt() throws Exception {
        Incident outage = raise("acme/outage");
        Incident fleet = raise("acme/fleet");
        Query.of("update caravan.alert_incident set hidden_by = '" + outage.id() + "' where id = '" + fleet.id() + "'")
                .on(database)
                .update();
        String page = get("/alerts/" + outage.number()).body();
        assertThat(page).contains("What it explains", "../alerts/" + fleet.number(), "acme/fleet is silent");
        assertThat(get("/alerts/" + fleet.number()).body()).contains("Not told", "../alerts/" + outage.number());
        assertThat(json(get("/api/alerts/" + fleet.number())).path("hiddenBy").asLong())
                .isEqualTo(outage.number());
        assertThat(json(get("/api/alerts/" + outage.number()))
                        .at("/hides/0/key")
                        .asText())
                .isEqualTo("acme/fleet");
    }

    @Test
    void aReaderOfTheChatThatComesBackMissesNothing() throws Exception {
        VertxPlatformHttpRouter router = VertxPlatformHttpRouter.lookup(
                camel.getCamelContext(),
                VertxPlatformHttpRouter.getRouterNameFromPort(URI.create(url).getPort()));
        ChatStream stream = pages.stream(router, router.vertx());
        try {
            String first = told("one");
            String id;
            try (BufferedReader reader = chat("")) {
                id = event(reader, first);
            }
            String second = told("two");
            try (BufferedReader reader = chat(id)) {
                assertThat(Long.parseLong(event(reader, second))).isGreaterThan(Long.parseLong(id));
                event(reader, told("three"));
            }
        } finally {
            stream.close();
        }
    }

    private String told(String summary) {
        UUID message = UUID.randomUUID();
        alerts.board().show(message, Optional.empty(), "ops", """
                {"kind": "test", "state": "open", "severity": "low", "summary": "%s", "at": "2026-03-06T10:00:00Z", "time": "now",
                 "receiver": "ops", "open": 0, "resolved": 0, "incidents": [], "ended": []}""".formatted(summary));
        return message.toString();
    }

    /** What a browser asks again after its connection was cut. */
    private BufferedReader chat(String lastId) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/chat/events"));
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        return new BufferedReader(new InputStreamReader(
                http.send(request.build(), BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8));
    }

    /** The next event is about this message, after those of other tests where all are asked for; its id. */
    private static String event(BufferedReader reader, String message) throws Exception {
        String id = "";
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith("id: ")) {
                id = line.substring("id: ".length());
            }
            if (line.startsWith("data: ") && line.contains(message)) {
                return id;
            }
        }
        throw new AssertionError("The stream has ended without " + message);
    }

    private Incident raise(String key) {
        return raise(key, key + " is silent", "{}");
    }

    private Incident raiseExpectable(String key) {
        return raise(key, key + " is silent", "{}", Set.of(Act.EXPECT));
    }

    private Incident raise(String key, String summary, String detail) {
        return raise(key, summary, detail, Set.of());
    }

    private Incident raise(String key, String summary, String detail, Set<Act> acts) {
        incidents.raise(List.of(
                new Signal(key, Severity.HIGH, Map.of("provider", "acme"), summary, detail, clock.instant(), 1, acts)));
        return incidents.list(Map.of(), false, 1_000).stream()
                .filter(incident -> incident.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private String link(Act act, Incident incident, String receiver) {
        MessageLinks links = alerts.links();
        return links.path(act, incident.number(), receiver, UUID.randomUUID());
    }

    private IncidentState state(Incident incident) {
        return incidents.find(incident.number()).orElseThrow().state();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path) throws Exception {
        return post(path, "application/x-www-form-urlencoded", "");
    }

    private HttpResponse<String> postJson(String path, String body) throws Exception {
        return post(path, "application/json", body);
    }

    private HttpResponse<String> post(String path, String type, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", type)
                .header("Caravan-User", "ann")
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return new ObjectMapper().readTree(response.body());
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Set by hand. */
    private static final class SettableClock extends Clock {
        private Instant now;

        SettableClock(Instant now) {
            this.now = now;
        }

        void advance(Duration time) {
            now = now.plus(time);
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
}

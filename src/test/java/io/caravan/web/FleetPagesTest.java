package io.caravan.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.calendar.files.Calendars;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.FleetOperations;
import io.caravan.watch.FleetReports;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.fleet.Fleets;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.WrittenProfiles;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** As a browser meets it: over HTTP. */
@ExtendWith(PostgresExtension.class)
class FleetPagesTest {
    private static final Instant NOON = Instant.parse("2026-12-23T12:00:00Z");
    private static final String NASTY = "acme/<script>alert('x')</script> & \"quotes\"";
    private static final Query STAND = Query.of("""
            update caravan.watch_state set state = :state where series_id = (select id from caravan.watch_series where name = :name)
            """);
    private static final Query OPEN = Query.of("""
            insert into caravan.watch_episode (id, series_id, kind, opened_at, since, severity, told, cause, confidence, sentence, facts)
            select :id::uuid, id, 'SILENT', :at, :at, 'HIGH', true, 'credentials', 0.9, :sentence, :facts::jsonb
            from caravan.watch_series where name = :name
            """);

    private final Database database;
    private final Main camel = new Main();
    private final HttpClient http = HttpClient.newHttpClient();
    private @TempDir Path config;
    private String url = "";

    FleetPagesTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        Files.writeString(
                config.resolve("fleets.yaml"), "providers: {acme: {country: nl, zone: Europe/Amsterdam, owner: desk}}");
        Clock clock = Clock.fixed(NOON, ZoneOffset.UTC);
        SeriesRepository series = new SeriesRepository(database);
        series.findOrCreate(SeriesKind.FLEET, List.of("acme/day", "acme/late", "acme/revoked", NASTY), NOON);
        series.findOrCreate(SeriesKind.PROVIDER, List.of("acme"), NOON);
        stand("acme/day", SeriesState.ON_TIME);
        stand("acme/late", SeriesState.LATE);
        stand("acme/revoked", SeriesState.SILENT);
        OPEN.on(database)
                .set("id", UUID.randomUUID().toString())
                .set("at", NOON.minusSeconds(3_600))
                .set("name", "acme/revoked")
                .set("sentence", "acme/revoked: 0 packets since 12:00.")
                .set("facts", """
                        {"sentence": "acme/revoked: 0 packets since 12:00.", "series": {"name": "acme/revoked"},
                         "cause": {"title": "Credentials expired", "confidence": 0.9, "sentence": "401 five times.", "remedy": "Renew <b>them</b>."},
                         "evidence": [{"label": "401", "value": "5 calls"}], "customerDraft": "Dear customer"}""")
                .update();
        Fleets fleets = Fleets.of(
                config.resolve("fleets.yaml"), new Calendars(config.resolve("calendars"), clock), database, clock);
        Profiles profiles = new WrittenProfiles(fleets, clock);
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        camel.addInitialProperty("camel.server.enabled", "true");
        camel.addInitialProperty("camel.server.host", "127.0.0.1");
        camel.addInitialProperty("camel.server.port", String.valueOf(port));
        camel.configure()
                .addRoutesBuilder(new FleetPages(
                        new FleetReports(database, clock, profiles, new Detector(DetectorSettings.DEFAULTS)),
                        new FleetOperations(database, clock, profiles),
                        clock));
        camel.start();
        url = "http://127.0.0.1:" + port;
    }

    @AfterEach
    void stop() {
        camel.stop();
        Query.of("delete from caravan.watch_episode").on(database).update();
    }

    private void stand(String name, SeriesState state) {
        STAND.on(database).set("state", state.name()).set("name", name).update();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.ofString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void fleetsInTroubleComeFirst_thenWhoIsLate() throws Exception {
        HttpResponse<String> page = get("/fleets");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .containsSubsequence(
                        "acme/revoked", "silent", "cause: credentials", "0 packets since 12:00", "acme/late")
                .containsSubsequence("acme/late", "acme/day")
                .contains("1 silent", "1 late", "1 unknown", "href=\"fleets?state=on-time\"")
                .doesNotContain("acme (provider)");
        assertThat(get("/").body()).isEqualTo(page.body());
    }

    @Test
    void aStateOrAPartOfTheNameChooses() throws Exception {
        assertThat(get("/fleets?state=late").body()).contains("acme/late").doesNotContain("acme/revoked", "acme/day");
        assertThat(get("/fleets?name=REVOKED").body()).contains("acme/revoked").doesNotContain("acme/late");
        assertThat(get("/fleets?name=nobody").body()).contains("No fleet is like that");
        assertThat(get("/fleets?name=" + encoded("%")).body()).contains("No fleet is like that");
    }

    @Test
    void aFleetSaysWhyItStandsSo() throws Exception {
        HttpResponse<String> page = get("/fleet?kind=fleet&name=" + encoded("acme/revoked"));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains(
                        "Credentials expired", "90 %", "401 five times", "Dear customer", "5 calls", "Not learned yet")
                .contains("Renew &lt;b&gt;them&lt;/b&gt;")
                .containsSubsequence("Special days ahead", "Fri 2026-12-25", "Christmas")
                .contains("times of Europe/Amsterdam");
        assertThat(get("/fleet?name=day").body()).contains("<h1>acme/day</h1>", "None yet");
        assertThat(get("/fleet?kind=provider&name=acme").body()).contains("<h1>acme (provider)</h1>");
    }

    @Test
    void aNameIsDataAndNoHtml() throws Exception {
        String list = get("/fleets?name=" + encoded("<script>")).body();
        assertThat(list).contains("&lt;script&gt;").doesNotContain("<script");

        HttpResponse<String> page = get("/fleet?kind=fleet&name=" + encoded(NASTY));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("&lt;script&gt;").doesNotContain("<script");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'");
    }

    @Test
    void whoIsNotThereIsSaidWithTheListBelow() throws Exception {
        HttpResponse<String> page = get("/fleet?name=" + encoded("acme/dya"));

        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.body()).contains("There is no fleet", "acme/dya", "acme/day");
        assertThat(get("/fleet?kind=nonsense&name=acme").statusCode()).isEqualTo(404);
    }
}

package io.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.calendar.files.Calendars;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.watch.FleetDirectory;
import io.caravan.watch.FleetOperations;
import io.caravan.watch.expect.WindowRepository;
import io.caravan.watch.fleet.Fleets;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.WrittenProfiles;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** As a program meets it: over HTTP. */
@ExtendWith(PostgresExtension.class)
class FleetsApiTest {
    private static final Instant NOON = Instant.parse("2026-12-23T12:00:00Z");

    private final Database database;
    private final Main camel = new Main();
    private final HttpClient http = HttpClient.newHttpClient();
    private @TempDir Path config;
    private String url = "";

    FleetsApiTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        Files.writeString(config.resolve("fleets.yaml"), """
                providers: {acme: {country: nl, zone: Europe/Amsterdam, owner: desk}}
                fleets: {acme/night: {tenant: city}}
                """);
        Clock clock = Clock.fixed(NOON, ZoneOffset.UTC);
        new SeriesRepository(database)
                .findOrCreate(SeriesKind.FLEET, List.of("acme/day", "acme/night", "other/day", "third/solo"), NOON);
        Fleets fleets = Fleets.of(
                config.resolve("fleets.yaml"), new Calendars(config.resolve("calendars"), clock), database, clock);
        FleetDirectory directory = new FleetDirectory(database, fleets);
        Profiles profiles = new WrittenProfiles(fleets, clock);
        int port = freePort();
        camel.addInitialProperty("camel.server.enabled", "true");
        camel.addInitialProperty("camel.server.host", "127.0.0.1");
        camel.addInitialProperty("camel.server.port", String.valueOf(port));
        camel.configure()
                .addRoutesBuilder(new FleetsApi(
                        new FleetResource(directory, clock),
                        new FleetActionResource(
                                directory, new FleetOperations(database, clock, profiles), profiles, clock)));
        camel.start();
        url = "http://127.0.0.1:" + port + "/api/fleets";
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> put(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Caravan-User", "ann")
                .PUT(BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Caravan-User", "ann")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private List<String> windows(String fleets) {
        return new WindowRepository(database)
                .endingAfter(NOON).stream()
                        .filter(window -> window.fleets().equals(fleets))
                        .map(window ->
                                window.kind() + " " + window.from() + " " + window.until() + " " + window.createdBy())
                        .toList();
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void fleetsAreListedByFiltersPageByPage() throws Exception {
        assertThat(json(get("")).at("/fleets")).hasSize(4);
        assertThat(json(get("?provider=acme")).at("/fleets").findValuesAsText("fleet"))
                .containsExactly("acme/day", "acme/night");
        assertThat(json(get("?tenant=city")).at("/fleets").findValuesAsText("fleet"))
                .containsExactly("acme/night");
        assertThat(json(get("?state=silent")).at("/fleets")).isEmpty();
        assertThat(json(get("?name=DAY&limit=1")).at("/after").asText()).isEqualTo("acme/day");
        assertThat(json(get("?name=day&limit=1&after=acme/day")).at("/fleets").findValuesAsText("fleet"))
                .containsExactly("other/day");
    }

    @Test
    void oneFleetShowsItsSettings() throws Exception {
        JsonNode fleet = json(get("/acme/night"));

        assertThat(fleet.at("/state").asText()).isEqualTo("UNKNOWN");
        assertThat(fleet.at("/tenant").asText()).isEqualTo("city");
        assertThat(fleet.at("/settings/owner").asText()).isEqualTo("desk");
        assertThat(fleet.at("/setByHand")).isEmpty();
        assertThat(fleet.at("/vehicles").asInt()).isZero();
    }

    @Test
    void whatIsPutGoesBeforeTheFileAndIsTakenBackByNothing() throws Exception {
        JsonNode changed = json(put("/acme/day/settings", "{\"owner\": \"night-desk\", \"severity\": \"high\"}"));

        assertThat(changed.at("/settings/owner").asText()).isEqualTo("night-desk");
        assertThat(changed.at("/settings/zone").asText()).isEqualTo("Europe/Amsterdam");
        assertThat(json(put("/acme/day/settings", "{}")).at("/settings/owner").asText())
                .isEqualTo("desk");
    }

    @Test
    void aMistakeNamesItsFieldAndCure() throws Exception {
        HttpResponse<String> answer = put("/acme/day/settings", "{\"severity\": \"hihg\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(answer).at("/field").asText()).isEqualTo("severity");
        assertThat(json(answer).at("/cure").asText()).isEqualTo("did you mean 'high'?");
        assertThat(put("/acme/day/settings", "{\"calendars\": [\"nowhere\"]}").statusCode())
                .isEqualTo(422);
        assertThat(put("/acme/day/settings", "severity: high").statusCode()).isEqualTo(400);
        assertThat(json(get("?limit=0")).at("/field").asText()).isEqualTo("limit");
    }

    @Test
    void aFormIsToldToBeJson() throws Exception {
        HttpRequest form = HttpRequest.newBuilder(URI.create(url + "/acme/day/settings"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .PUT(BodyPublishers.ofString("{\"severity\": \"high\"}"))
                .build();

        HttpResponse<String> answer = http.send(form, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/cure").asText()).contains("Content-Type: application/json");
    }

    @Test
    void whoIsUnknownIsToldWhoWasMeant() throws Exception {
        HttpResponse<String> answer = get("/acme/nigth");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(json(answer).at("/cure").asText()).isEqualTo("did you mean acme/night?");
    }

    @Test
    void theCalendarTellsWhatIsExpected() throws Exception {
        JsonNode days = json(get("/acme/day/calendar?days=4")).at("/days");

        assertThat(days.findValuesAsText("expected")).containsExactly("usual", "less", "little", "little");
        assertThat(days.at("/2/reasons/0").asText()).isEqualTo("1st Christmas day");
        assertThat(json(get("/acme/day/calendar?from=soon")).at("/cure").asText())
                .isEqualTo("write it such as 2026-12-24");
    }

    @Test
    void aFleetOfNoZoneGoesByUtc() throws Exception {
        assertThat(json(get("/other/day/calendar")).at("/zone").asText()).isEqualTo("UTC");
        assertThat(json(post("/other/day/expect", "{\"until\": \"soon\"}"))
                        .at("/cure")
                        .asText())
                .contains("by the clock of UTC");
    }

    @Test
    void silenceIsExpectedByTheFleetsClockAndNoMore() throws Exception {
        JsonNode expected = json(post("/acme/day/expect", "{\"until\": \"2027-01-04\", \"note\": \"closed\"}"));

        assertThat(expected.at("/until").asText()).isEqualTo("2027-01-03T23:00:00Z");
        assertThat(windows("acme/day")).containsExactly("EXPECTED 2026-12-23T12:00:00Z 2027-01-03T23:00:00Z ann");
        assertThat(json(post("/acme/day/expect", "{\"noMore\": true}"))
                        .at("/ended")
                        .asInt())
                .isOne();
        assertThat(windows("acme/day")).isEmpty();
        assertThat(post("/acme/day/expect", "{\"noMore\": true}").statusCode()).isEqualTo(409);
    }

    @Test
    void maintenanceOfManyFleetsIsPlannedAtOnce() throws Exception {
        String body = """
                {"maintenance": true, "from": "2026-12-24 22:00", "until": "2026-12-25T04:00:00+01:00"}""";

        assertThat(json(post("/acme/*/expect", body)).at("/fleets").asInt()).isEqualTo(2);
        assertThat(windows("acme/*")).containsExactly("MAINTENANCE 2026-12-24T21:00:00Z 2026-12-25T03:00:00Z ann");
        assertThat(post("/nobody/*/expect", body).statusCode()).isEqualTo(404);
    }

    @Test
    void aMergedStreamIsCalledByOneWordAndMeansAllOfItsFleets() throws Exception {
        SeriesRepository series = new SeriesRepository(database);
        series.findOrCreate(SeriesKind.PROVIDER, List.of("acme"), NOON);
        series.findOrCreate(SeriesKind.TENANT, List.of("city"), NOON);

        assertThat(post("/acme/expect", "{\"until\": \"2027-01-04\"}").statusCode())
                .isEqualTo(200);
        assertThat(windows("acme/*")).contains("EXPECTED 2026-12-23T12:00:00Z 2027-01-03T23:00:00Z ann");
        assertThat(json(post("/acme/expect", "{\"noMore\": true}")).at("/ended").asInt())
                .isPositive();
        HttpResponse<String> empty = post("/city/expect", "{\"until\": \"2027-01-04\"}");
        assertThat(empty.statusCode()).isEqualTo(404);
        assertThat(json(empty).at("/detail").asText()).startsWith("No fleet belongs to tenant 'city'");
        assertThat(json(get("/acme/calendar?days=1")).at("/zone").asText()).isEqualTo("Europe/Amsterdam");
        assertThat(get("/nobody/calendar").statusCode()).isEqualTo(404);
    }

    @Test
    void aFleetIsCalledWithoutItsProviderWhereOnlyOneHasIt() throws Exception {
        assertThat(json(post("/solo/expect", "{\"until\": \"2027-01-04\"}"))
                        .at("/fleets")
                        .asInt())
                .isOne();
        assertThat(windows("third/solo")).hasSize(1);
        assertThat(json(post("/day/retire", "")).at("/detail").asText())
                .startsWith("'day' may be any of acme/day, other/day");
        assertThat(json(post("/solo/retire", "")).at("/retired").asText()).isEqualTo("third/solo");
    }

    @Test
    void anEndThatIsMissingWrongOrOverIsRefused() throws Exception {
        for (String body : List.of("{}", "{\"until\": \"soon\"}", "{\"until\": \"2026-12-23\"}")) {
            HttpResponse<String> answer = post("/acme/night/expect", body);

            assertThat(answer.statusCode()).as(body).isEqualTo(422);
            assertThat(json(answer).at("/field").asText()).isEqualTo("until");
        }
        assertThat(post("/acme/nigth/expect", "{\"until\": \"2027-01-04\"}").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aFleetIsRetiredOnceAndOnlyByJson() throws Exception {
        HttpRequest form = HttpRequest.newBuilder(URI.create(url + "/other/day/retire"))
                .POST(BodyPublishers.ofString("why=gone"))
                .build();
        assertThat(http.send(form, BodyHandlers.ofString()).statusCode()).isEqualTo(415);

        assertThat(json(post("/other/day/retire", "")).at("/retired").asText()).isEqualTo("other/day");
        assertThat(json(get("/other/day")).at("/retiredAt").asText()).isEqualTo(NOON.toString());
        assertThat(post("/other/day/retire", "").statusCode()).isEqualTo(409);
        assertThat(post("/other/dya/retire", "").statusCode()).isEqualTo(404);
    }
}

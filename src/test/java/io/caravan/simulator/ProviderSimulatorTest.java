package io.caravan.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.simulator.SimulatorSettings.Auth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProviderSimulatorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AdjustableClock clock = new AdjustableClock(Instant.parse("2026-03-02T12:00:00Z"));
    private final HttpClient http = HttpClient.newHttpClient();
    private ProviderSimulator simulator = ProviderSimulator.start(SimulatorSettings.calm(), clock);

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void cursorsWalkThroughTheWholeStreamAndStayAtItsEnd() throws Exception {
        List<String> records = new ArrayList<>();
        String cursor = "";
        int size;
        do {
            JsonNode page = json(get("/v2/packets?limit=250&cursor=" + cursor));
            size = page.get("data").size();
            page.get("data").forEach(record -> records.add(record.toString()));
            cursor = page.get("next").textValue();
            clock.advance(Duration.ofMillis(1));
        } while (size == 250);

        assertThat(records).hasSize((int) simulator.available()).doesNotHaveDuplicates();
        assertThat(json(get("/v2/packets?cursor=" + cursor)).get("data")).isEmpty();
        await().untilAsserted(() -> assertThat(simulator.ledger().recordsSent()).isEqualTo(records.size()));
        assertThat(simulator.ledger().served())
                .extracting(ProviderSimulatorTest::normalized)
                .containsExactlyElementsOf(records);
    }

    @Test
    void itsCountOfAnHourIsThatOfItsRecords() throws Exception {
        clock.advance(Duration.ofSeconds(30));
        JsonNode hours = json(get("/v2/packets/count?from=2026-03-02T11:58:00Z&to=2026-03-02T12:00:10Z"))
                .get("data");

        assertThat(hours).hasSize(2);
        assertThat(hours.get(0).get("to").textValue()).isEqualTo("2026-03-02T12:00:00Z");
        assertThat(hours.get(0).get("count").longValue()).isEqualTo(arrivedIn("2026-03-02T11:"));
        assertThat(hours.get(1).get("count").longValue()).isEqualTo(arrivedIn("2026-03-02T12:00:0"));
        assertThat(get("/v2/packets/count").statusCode()).isEqualTo(400);
    }

    private long arrivedIn(String time) {
        return simulator.ledger().published().stream()
                .filter(entry -> entry.text().contains("\"created_at\":\"" + time))
                .count();
    }

    @Test
    void theSameCursorGivesTheSamePageAgain() throws Exception {
        assertThat(get("/v2/packets?limit=100").body())
                .isEqualTo(get("/v2/packets?limit=100").body());
    }

    @Test
    void eachStyleOfPaginationTellsTheSameRecords() throws Exception {
        JsonNode byCursor = json(get("/v2/packets?limit=100")).get("data");
        HttpResponse<String> linked = get("/v2/packets/link?limit=50");
        String link = linked.headers().firstValue("Link").orElseThrow();

        assertThat(json(get("/v2/packets/pages?page=1&limit=100")).get("data")).isEqualTo(byCursor);
        assertThat(json(get("/v2/packets/offset?offset=0&limit=100")).get("data"))
                .isEqualTo(byCursor);
        assertThat(json(get("/v2/packets/next-url?limit=100")).get("data")).isEqualTo(byCursor);
        assertThat(json(get("/v2/packets/window?limit=100")).get("data")).isEqualTo(byCursor);
        assertThat(link).matches("<http://127.0.0.1:\\d+/v2/packets/link\\?cursor=.*&limit=50>; rel=\"next\"");
        String second = link.substring(link.indexOf("/v2"), link.indexOf('>'));
        assertThat(json(get(second)).get("data").get(0)).isEqualTo(byCursor.get(50));
    }

    @Test
    void aWindowHoldsTheArrivalsFromItsStartToBeforeItsEnd() throws Exception {
        JsonNode page = json(get("/v2/packets/window?from=2026-03-02T11:59:00Z&to=2026-03-02T11:59:01Z"));

        assertThat(page.get("data")).hasSizeBetween(150, 250);
        assertThat(page.get("next").isNull()).isTrue();
        assertThat(page.get("data"))
                .allSatisfy(record ->
                        assertThat(record.get("created_at").textValue()).startsWith("2026-03-02T11:59:00"));
    }

    @Test
    void theNewestComeFirstAndLeadToTheOldest() throws Exception {
        List<String> records = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = json(get("/v2/packets/newest?since=2026-03-02T11:59:55Z&cursor=" + cursor));
            page.get("data").forEach(record -> records.add(record.toString()));
            cursor = page.path("next").asText("null");
        } while (!cursor.equals("null"));

        Collections.reverse(records);
        List<String> window = new ArrayList<>();
        simulator.ledger().published().forEach(entry -> window.add(normalized(entry)));
        assertThat(records).hasSizeBetween(900, 1_100);
        assertThat(window).endsWith(records.toArray(String[]::new));
    }

    @Test
    void theCallAfterTheHundredthInAMinuteIsTurnedAwayUntilAPlaceIsFree() throws Exception {
        for (int i = 0; i < 100; i++) {
            assertThat(get("/v2/packets?limit=1").statusCode()).isEqualTo(200);
            clock.advance(Duration.ofMillis(100));
        }
        HttpResponse<String> refused = get("/v2/packets?limit=1");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("50");
        assertThat(refused.headers().firstValue("RateLimit-Remaining")).hasValue("0");

        clock.advance(Duration.ofSeconds(50));
        assertThat(get("/v2/packets?limit=1").statusCode()).isEqualTo(200);
        assertThat(get("/v2/packets?limit=1").statusCode()).isEqualTo(429);
        assertThat(simulator.calls().mostPerMinute()).isEqualTo(102);
    }

    @Test
    void faultsComeInTheirOrderAndAreNotServed() throws Exception {
        simulator.fault(1, Fault.of(Fault.Kind.SERVER_ERROR));
        simulator.fault(1, Fault.of(Fault.Kind.HTML));
        simulator.fault(1, Fault.of(Fault.Kind.TRUNCATED));
        simulator.fault(1, Fault.of(Fault.Kind.RECORDS_NOT_A_LIST));

        assertThat(get("/v2/packets").statusCode()).isEqualTo(500);
        assertThat(get("/v2/packets").body()).startsWith("<html>");
        HttpResponse<String> half = get("/v2/packets");
        assertThatThrownBy(() -> json(half)).isInstanceOf(IOException.class);
        JsonNode oddPage = json(get("/v2/packets"));
        assertThat(oddPage.get("data").isTextual()).isTrue();
        assertThat(oddPage.get("next").isTextual()).isTrue();
        assertThat(simulator.ledger().served()).isEmpty();
    }

    @Test
    void aConnectionIsCutInTheMiddleOfTheBody() {
        simulator.fault(1, Fault.of(Fault.Kind.CUT));

        assertThatThrownBy(() -> get("/v2/packets")).isInstanceOf(IOException.class);
        assertThat(simulator.ledger().served()).isEmpty();
        assertThat(simulator.calls().all()).extracting(CallLog.Call::fault).containsExactly("CUT");
    }

    @Test
    void aDrippingBodyArrivesWhole() throws Exception {
        simulator.fault(1, new Fault(Fault.Kind.DRIP, Duration.ofMillis(100)));

        assertThat(json(get("/v2/packets")).get("data")).hasSize(250);
        await().untilAsserted(() -> assertThat(simulator.ledger().recordsSent()).isEqualTo(250));
    }

    @Test
    void oauthTokensExpireAndRevokedCredentialsGetNone() throws Exception {
        restart(SimulatorSettings.calm().withAuth(Auth.OAUTH2).withTokenLifetime(Duration.ofMinutes(5)));
        assertThat(get("/v2/packets").statusCode()).isEqualTo(401);
        String token = token().get("access_token").textValue();
        assertThat(getWith("Authorization", "Bearer " + token).statusCode()).isEqualTo(200);

        clock.advance(Duration.ofMinutes(5));
        assertThat(getWith("Authorization", "Bearer " + token).statusCode()).isEqualTo(401);

        simulator.revoke();
        assertThat(token().get("error").textValue()).isEqualTo("invalid_client");
        simulator.restore();
        assertThat(token().has("access_token")).isTrue();
    }

    @Test
    void eachWayOfProvingWhoOneIsIsUnderstood() throws Exception {
        restart(SimulatorSettings.calm().withAuth(Auth.API_KEY));
        assertThat(getWith("X-Api-Key", Credentials.API_KEY).statusCode()).isEqualTo(200);
        assertThat(get("/v2/packets?api_key=" + Credentials.API_KEY).statusCode())
                .isEqualTo(200);
        restart(SimulatorSettings.calm().withAuth(Auth.BASIC));
        assertThat(getWith("Authorization", Credentials.basic(Credentials.USER, Credentials.PASSWORD))
                        .statusCode())
                .isEqualTo(200);
        restart(SimulatorSettings.calm().withAuth(Auth.BEARER));
        assertThat(getWith("Authorization", "Bearer " + Credentials.TOKEN).statusCode())
                .isEqualTo(200);
        assertThat(getWith("Authorization", "Bearer guess").statusCode()).isEqualTo(401);
    }

    @Test
    void oneOfTwoCredentialsCanBeRevoked() throws Exception {
        restart(SimulatorSettings.calm().withAuth(Auth.API_KEY));
        assertThat(post("/control/revoke?credential=main").statusCode()).isEqualTo(200);
        assertThat(getWith("X-Api-Key", Credentials.API_KEY).statusCode()).isEqualTo(401);
        assertThat(getWith("X-Api-Key", Credentials.API_KEY + Credentials.SECOND)
                        .statusCode())
                .isEqualTo(200);
        post("/control/restore");
        assertThat(getWith("X-Api-Key", Credentials.API_KEY).statusCode()).isEqualTo(200);
        assertThat(post("/control/revoke?credential=third").statusCode()).isEqualTo(400);
    }

    @Test
    void tooManyRefusalsLockTheAccount() throws Exception {
        restart(SimulatorSettings.calm().withAuth(Auth.BEARER).withLockAfter(2));
        get("/v2/packets");
        get("/v2/packets");

        assertThat(getWith("Authorization", "Bearer " + Credentials.TOKEN).statusCode())
                .isEqualTo(403);
    }

    @Test
    void theRemoteControlCommandsAndTells() throws Exception {
        assertThat(post("/control/fault?kind=server-error&calls=2").statusCode())
                .isEqualTo(200);
        assertThat(get("/v2/packets").statusCode()).isEqualTo(500);
        post("/control/clear");
        assertThat(get("/v2/packets?limit=3").statusCode()).isEqualTo(200);
        post("/control/advance?seconds=10");
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-03-02T12:00:10Z"));
        await().untilAsserted(
                        () -> assertThat(get("/control/ledger").body().lines()).hasSize(3));
        assertThat(get("/control/published").body().lines()).hasSize((int) simulator.available());
        assertThat(get("/control/calls").body().lines()).hasSize(2);
        assertThat(post("/control/fault?kind=earthquake").body()).contains("Known faults: [TOO_MANY_REQUESTS");
    }

    @Test
    void aCommandedBurstAddsToTheSecondsToCome() throws Exception {
        long before = simulator.available();
        simulator.burst(5_000, Duration.ofSeconds(2));
        clock.advance(Duration.ofSeconds(2));

        assertThat(simulator.available() - before).isBetween(10_380L, 10_420L);
        assertThat(simulator.ledger().published()).hasSize((int) simulator.available());
    }

    private void restart(SimulatorSettings settings) {
        simulator.close();
        simulator = ProviderSimulator.start(settings, clock);
    }

    private JsonNode token() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(simulator.url() + ProviderSimulator.TOKEN_PATH))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&client_id="
                        + Credentials.CLIENT_ID + "&client_secret=" + Credentials.CLIENT_SECRET))
                .build();
        return json(http.send(request, BodyHandlers.ofString()));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(simulator.url() + path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> getWith(String header, String value) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(simulator.url() + "/v2/packets"))
                .header(header, value)
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(simulator.url() + path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    // Jackson's numbers drop the zeros at their end
    private static String normalized(LedgerEntry entry) {
        try {
            return JSON.readTree(entry.text()).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.poll.Action;
import io.caravan.poll.ProviderActions;
import io.caravan.simulator.ProviderSimulator;
import io.caravan.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The demo's story: a provider revokes a credential, the service tells it with its cause within two minutes, and is well again with the second one. */
@ExtendWith(PostgresExtension.class)
class RevokedCredentialIT {
    private final Database database;
    private final DatabaseSettings databaseSettings;

    @TempDir
    private Path inbox;

    RevokedCredentialIT(Database database, DatabaseSettings databaseSettings) {
        this.database = database;
        this.databaseSettings = databaseSettings;
    }

    @Test
    void aRevokedCredentialIsToldWithItsCauseWithinTwoMinutes_andTheSecondOneHelps() throws Exception {
        SimulatorSettings restless = SimulatorSettings.calm().withAuth(SimulatorSettings.Auth.API_KEY);
        try (ProviderSimulator simulator = ProviderSimulator.start(restless, Clock.systemUTC());
                Service service = start(simulator)) {
            assertThat(service.url()).startsWith("http");
            await().atMost(Duration.ofMinutes(2)).until(() -> accepted("main") > 2);
            revoke(simulator, "main");
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(events()).containsExactly("opened acme credentials high"));
            assertThat(remedy()).contains("caravan poll switch acme");

            assertThat(new ProviderActions(database)
                            .act("acme", Action.SWITCH_CREDENTIAL, "anna", "")
                            .done())
                    .isTrue();
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(events())
                            .containsExactlyInAnyOrder(
                                    "opened acme credentials high",
                                    "recovered acme credentials high",
                                    "opened acme:main credentials medium"));
            assertThat(accepted("second")).isPositive();
        }
    }

    private Service start(ProviderSimulator simulator) throws Exception {
        Map<String, String> overrides = Map.of(
                "caravan.http.port", Integer.toString(freePort()),
                "caravan.database.url", databaseSettings.url(),
                "caravan.database.user", databaseSettings.user(),
                "caravan.database.password", databaseSettings.password());
        return Service.start(
                Settings.read(Path.of(""), Map.of(), overrides),
                Clock.systemUTC(),
                Map.of(
                        "acme.url",
                        simulator.url(),
                        "occupancy.inbox",
                        inbox.resolve("none").toString()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void revoke(ProviderSimulator simulator, String credential) throws Exception {
        URI command = URI.create(simulator.url() + "/control/revoke?credential=" + credential);
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(command)
                                .POST(BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.discarding());
    }

    private long accepted(String credential) {
        return Query.of("""
                select count(*) as calls from caravan.call
                 where purpose = 'LIVE' and credential = :credential and status = 200""")
                .on(database)
                .set("credential", credential)
                .first(row -> row.getLong("calls"))
                .orElse(0L);
    }

    private List<String> events() {
        return Query.of("""
                select facts ->> 'event' || ' ' || (facts #>> '{series,name}') || ' ' || (facts #>> '{cause,word}') || ' ' || (facts ->> 'severity') as told
                  from caravan.watch_event order by at""").on(database).list(row -> row.getString("told"));
    }

    private String remedy() {
        return Query.of("select facts #>> '{cause,remedy}' as remedy from caravan.watch_event order by at limit 1")
                .on(database)
                .first(row -> row.getString("remedy"))
                .orElse("");
    }
}

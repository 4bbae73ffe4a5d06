package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import io.caravan.simulator.ProviderSimulator;
import io.caravan.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The nightly workflow that comes with Caravan, in the service as it runs; on a database of its own, since another test's stream would stand in the middle of this one's. */
@ExtendWith(PostgresExtension.class)
class NightlyWorkflowIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Database database;
    private final DatabaseSettings databaseSettings;

    @TempDir
    private Path inbox;

    private @Nullable Service service;

    NightlyWorkflowIT(Database database, DatabaseSettings databaseSettings) {
        this.database = database;
        this.databaseSettings = databaseSettings;
    }

    @Test
    void theNightlyWorkflowFindsThatTheTableHasWhatTheProviderCounted() throws Exception {
        Clock now = Clock.systemUTC();
        SimulatorSettings restless = SimulatorSettings.calm()
                .withCallsPerMinute(10_000)
                .withSince(now.instant().minusSeconds(60))
                .withResent(0.2)
                .withResentWithin(Duration.ofSeconds(20))
                .withMalformedRecords(0.01);
        try (ProviderSimulator simulator = ProviderSimulator.start(restless, now)) {
            start(Map.of("acme.url", simulator.url(), "telematics.nightly", "*/5 * * * * *"));
            await().atMost(PATIENCE)
                    .until(() -> count("caravan.dag_run WHERE dag = 'telematics-nightly' AND state = 'SUCCESS'") > 0);
            stop();

            assertThat(count("telematics.reconciliation WHERE counted > 0 AND difference = 0"))
                    .isPositive();
            assertThat(count("telematics.reconciliation WHERE difference <> 0")).isZero();
            assertThat(count("telematics.pattern WHERE packets > 0 AND active = hours"))
                    .isPositive();
            assertThat(
                            texts(
                                    "SELECT DISTINCT task || ' ' || state FROM caravan.dag_task WHERE ended_on < 'infinity' ORDER BY 1"))
                    .contains("reconcile SUCCESS", "prune SUCCESS", "warn SKIPPED", "tell SUCCESS", "failed SKIPPED");
        }
    }

    private void start(Map<String, String> placeholders) throws Exception {
        Map<String, String> overrides = new HashMap<>();
        overrides.put("caravan.http.port", Integer.toString(freePort()));
        overrides.put("caravan.database.url", databaseSettings.url());
        overrides.put("caravan.database.user", databaseSettings.user());
        overrides.put("caravan.database.password", databaseSettings.password());
        Map<String, String> all = new HashMap<>(Map.of(
                "acme.url",
                "http://127.0.0.1:9",
                "occupancy.inbox",
                inbox.resolve("none").toString()));
        all.putAll(placeholders);
        service = Service.start(Settings.read(Path.of(""), Map.of(), overrides), Clock.systemUTC(), all);
    }

    @AfterEach
    void stop() {
        if (service != null) {
            service.close();
        }
        service = null;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private long count(String from) {
        return Packets.count(database, from);
    }

    private List<String> texts(String query) {
        return database.inTransaction(connection -> {
            List<String> texts = new ArrayList<>();
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery(query)) {
                while (row.next()) {
                    texts.add(row.getString(1));
                }
            }
            return texts;
        });
    }
}

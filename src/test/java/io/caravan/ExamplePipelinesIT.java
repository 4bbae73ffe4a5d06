package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.Packets.Packet;
import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import io.caravan.simulator.AdjustableClock;
import io.caravan.simulator.Fault;
import io.caravan.simulator.LedgerEntry;
import io.caravan.simulator.ProviderSimulator;
import io.caravan.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The pipelines that come with Caravan, in the service as it runs, against the simulator and a real PostgreSQL. */
@ExtendWith(PostgresExtension.class)
class ExamplePipelinesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Database database;
    private final DatabaseSettings databaseSettings;
    private final AdjustableClock clock = new AdjustableClock(Instant.now());

    @TempDir
    Path inbox;

    private @Nullable Service service;

    ExamplePipelinesIT(Database database, DatabaseSettings databaseSettings) {
        this.database = database;
        this.databaseSettings = databaseSettings;
    }

    @Test
    void thePacketsInTheTableAreThoseOfTheLedger() throws Exception {
        SimulatorSettings restless = SimulatorSettings.calm()
                .withCallsPerMinute(10_000)
                .withSince(clock.instant().minusSeconds(50))
                .withResent(0.2)
                .withResentWithin(Duration.ofSeconds(40))
                .withMalformedRecords(0.01);
        try (ProviderSimulator simulator = ProviderSimulator.start(restless, clock)) {
            simulator.fault(1, Fault.of(Fault.Kind.SERVER_ERROR));
            simulator.fault(1, Fault.of(Fault.Kind.CUT));
            simulator.fault(1, new Fault(Fault.Kind.TOO_MANY_REQUESTS, Duration.ofSeconds(1)));
            simulator.fault(1, Fault.of(Fault.Kind.TRUNCATED));
            simulator.fault(1, Fault.of(Fault.Kind.DRIP));
            Collection<LedgerEntry> published = simulator.ledger().published();
            List<Packet> expected = Packets.of(published);
            start(Map.of("acme.url", simulator.url()));
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(simulator.ledger().served().size())
                        .as("records served")
                        .isEqualTo(published.size());
                assertThat(count("telematics.packet")).isEqualTo(expected.size());
                assertThat(count("caravan.rejected WHERE table_name = 'telematics.packet'"))
                        .isEqualTo(published.size() - expected.size());
            });
            stop();

            assertThat(Packets.inTable(database, "telematics.packet")).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(Packets.of(simulator.ledger().served())).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(Packets.inTable(database, "telematics.vehicle_second"))
                    .containsExactlyInAnyOrderElementsOf(merged(expected));
        }
    }

    @Test
    void aTraceFromAFileIsServedAndLoadedButForTheLinesWithoutTime() throws Exception {
        Path traces = Files.writeString(inbox.resolve("trace.ndjson"), """
                {"name":"vehicle_speed","value":12.5,"timestamp":1364323939.012000}
                {"timestamp":1364323939.012,"name":"vehicle_speed","value":12.50}
                {"name":"gear","value":"first","timestamp":1364323939.5}
                {"name":"engine_speed","value":772}
                """);
        SimulatorSettings settings = SimulatorSettings.calm();
        try (ProviderSimulator simulator =
                ProviderSimulator.startWithRecords(traces, Double.POSITIVE_INFINITY, settings, Clock.systemUTC(), 0)) {
            start(Map.of("acme.url", simulator.url(), "telematics.traces", "true"));
            await().atMost(PATIENCE).until(() -> count("telematics.trace") == 2);
            stop();
        }
    }

    @Test
    void aFileOfDoorEventsIsLoadedAndItsSecondHeaderQuarantined() throws Exception {
        start(Map.of("occupancy.inbox", inbox.toString()));
        drop("""
                "timestamp","direction","dpu_id"
                "2020-02-26T17:38:03.087Z",1,"283"
                "2020-02-26T17:39:00.000Z",1,"423"
                "timestamp","direction","dpu_id"
                "2020-02-26T17:39:00.000Z",1,"423"
                "2020-02-26T17:40:00.000Z",-1,"283"
                "2020-02-26T17:41:00.000Z",5,"283"
                "2020-02-26T17:41:00.000Z",1,"999"
                """);
        await().atMost(PATIENCE).until(() -> Files.exists(inbox.resolve("done/events.csv")));
        stop();

        assertThat(count("occupancy.event WHERE \"timestamp\" >= '2020-01-01'")).isEqualTo(3);
        assertThat(count("caravan.rejected WHERE source LIKE '%events.csv%'")).isEqualTo(3);
        assertThat(count("caravan.duplicate WHERE source LIKE '%events.csv%'")).isEqualTo(1);
        assertThat(
                        texts(
                                "SELECT space || occupancy FROM occupancy.occupancy WHERE \"timestamp\" >= '2020-01-01' ORDER BY \"timestamp\", space"))
                .hasSize(4);
    }

    @Test
    void theRealDoorEventsAreLoadedWhole() throws Exception {
        Path events = Path.of(System.getProperty("caravan.shared", "../shared/data"), "occupancy/dpu_data.csv");
        assumeThat(events).exists();
        Path copy = Files.copy(events, inbox.resolve("real.tmp"), StandardCopyOption.REPLACE_EXISTING);
        start(Map.of("occupancy.inbox", inbox.toString()));
        Files.move(copy, inbox.resolve("real.csv"));
        await().atMost(PATIENCE).until(() -> Files.exists(inbox.resolve("done/real.csv")));
        stop();

        assertThat(count("occupancy.event WHERE \"timestamp\" < '2020-01-01'")).isEqualTo(distinctLines(events) - 1);
    }

    private static long distinctLines(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.map(line -> line.replace("\"", "").strip()).distinct().count();
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

    private void drop(String csv) throws IOException {
        Files.writeString(inbox.resolve("events.csv"), csv);
    }

    private static List<Packet> merged(List<Packet> packets) {
        record VehicleSecond(int car, Instant time) {}
        Map<VehicleSecond, ObjectNode> seconds = new HashMap<>();
        for (Packet packet : packets) {
            seconds.computeIfAbsent(new VehicleSecond(packet.car(), packet.time()), second -> JSON.createObjectNode())
                    .setAll((ObjectNode) packet.data());
        }
        List<Packet> merged = new ArrayList<>();
        seconds.forEach((second, data) -> merged.add(new Packet(second.car(), second.time(), data)));
        return merged;
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

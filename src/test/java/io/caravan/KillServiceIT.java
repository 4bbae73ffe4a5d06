package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.RunningPostgres;
import io.caravan.simulator.AdjustableClock;
import io.caravan.simulator.LedgerEntry;
import io.caravan.simulator.ProviderSimulator;
import io.caravan.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service is killed under load, again and again; then the table must equal what the provider served. */
class KillServiceIT {
    private static final int KILLS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long SEED = 20_260_101;

    @TempDir
    private Path project;

    /** The provider's clock stands still, so that its stream ends; the service's own clock runs. */
    private final AdjustableClock clock = new AdjustableClock(Instant.now());

    @Test
    void afterTwentyKillsTheTableEqualsTheLedger() throws Exception {
        pipeline();
        SimulatorSettings provider = SimulatorSettings.calm()
                .withSeed(SEED)
                .withCallsPerMinute(1_000_000)
                .withMeanRate(500)
                .withSince(clock.instant().minusSeconds(240))
                .withResent(0.1)
                .withResentWithin(Duration.ofMinutes(1))
                .withMalformedRecords(0.002);
        try (ProviderSimulator simulator = ProviderSimulator.start(provider, clock)) {
            Map<String, String> environment = Map.of("ACME_URL", simulator.url());
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < KILLS; i++) {
                killAtARandomMomentUnderLoad(simulator, environment, random);
            }
            assertThat(simulator.ledger().served().size())
                    .as("there was still something to fetch at the last kill")
                    .isLessThan(simulator.ledger().published().size());
            Collection<LedgerEntry> published = simulator.ledger().published();
            long sound = published.stream().filter(LedgerEntry::isSound).count();
            try (ServiceChild service = ServiceChild.start(project, environment);
                    Database database = database(service)) {
                await().atMost(PATIENCE)
                        .failFast("the service ended", () -> !service.isAlive())
                        .until(() -> Packets.count(database, "telematics.packet") == sound
                                && Packets.count(database, "caravan.rejected") >= published.size() - sound);
                assertThat(Packets.inTable(database, "telematics.packet"))
                        .containsExactlyInAnyOrderElementsOf(Packets.of(published));
                assertThat(Packets.of(simulator.ledger().served()))
                        .containsExactlyInAnyOrderElementsOf(Packets.of(published));
                assertThat(Packets.count(database, "caravan.rejected"))
                        .as("a malformed record is quarantined once")
                        .isEqualTo(published.size() - sound);
                assertThat(Packets.count(
                                database, "caravan.load_batch where staged <> validated + duplicate + rejected"))
                        .isZero();
            }
        }
    }

    private void killAtARandomMomentUnderLoad(
            ProviderSimulator simulator, Map<String, String> environment, SplittableRandom random)
            throws IOException, InterruptedException {
        long before = simulator.ledger().recordsSent();
        try (ServiceChild service = ServiceChild.start(project, environment)) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .failFast("the service ended", () -> !service.isAlive())
                    .until(() -> simulator.ledger().recordsSent() > before);
            Thread.sleep(random.nextLong(800));
            service.kill();
        }
    }

    private Database database(ServiceChild service) {
        service.awaitReady();
        return Database.open(RunningPostgres.on(project.resolve("data")).orElseThrow());
    }

    /** The telematics example, with a provider that allows more calls. */
    private void pipeline() throws IOException {
        copy("routes/telematics/packets.camel.yaml");
        copy("routes/telematics/partitions.camel.yaml");
        copy("sql/telematics/V1__packet.sql");
        Files.createDirectories(project.resolve("config/providers"));
        Files.writeString(project.resolve("config/providers/acme.yaml"), """
                - beans:
                    - name: acme
                      type: io.caravan.poll.Provider
                      properties:
                        url: "{{acme.url}}/v2"
                        callsPerMinute: 100000
                """);
    }

    private void copy(String file) throws IOException {
        Path target = project.resolve(file);
        Files.createDirectories(target.getParent());
        Files.copy(Path.of(file), target);
    }
}

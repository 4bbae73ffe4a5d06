package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.batch.RawRecord;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.simulator.Fault;
import io.caravan.simulator.Fault.Kind;
import io.caravan.simulator.ProviderSimulator;
import io.caravan.simulator.SimulatorSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Polling the simulated provider: every way of paging, its faults, and its limit in real minutes. */
@ExtendWith(PostgresExtension.class)
class SimulatedProviderIT {
    private final Database database;

    SimulatedProviderIT(Database database) {
        this.database = database;
    }

    @BeforeEach
    void nothingWasPolled() {
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(
                        "truncate caravan.poll_provider, caravan.poll_stream, caravan.call, caravan.rejected_page");
            }
        });
    }

    private static SimulatorSettings settings() {
        return SimulatorSettings.calm()
                .withMeanRate(20)
                .withPageSize(100)
                .withCallsPerMinute(5_000)
                .withSince(Instant.now().minusSeconds(60));
    }

    private static Provider provider(ProviderSimulator simulator) {
        Provider provider = new Provider();
        provider.setUrl(simulator.url());
        provider.setCallsPerMinute(5_000);
        return provider;
    }

    private static Set<String> received(PollNode node) {
        Set<String> received = new HashSet<>();
        node.batches.forEach(
                batch -> batch.records().stream().map(RawRecord::printable).forEach(received::add));
        return received;
    }

    private static void receivesAllThatWasPublished(ProviderSimulator simulator, PollNode node) {
        long published = simulator.available();
        assertThat(published).isGreaterThan(1_000);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(received(node).size()).isGreaterThanOrEqualTo((int) published));
        assertThat(received(node).size()).isLessThanOrEqualTo((int) simulator.available());
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/packets, pagination=cursor",
        "/v2/packets/next-url, pagination=next",
        "/v2/packets/link, pagination=link",
        "/v2/packets/pages, pagination=page",
        "/v2/packets/offset, pagination=offset",
        "/v2/packets/window, pagination=time&within=cursor&step=20s&since=60s",
        "/v2/packets/newest, pagination=cursor&order=newestFirst&mark=/created_at"
    })
    void everyWayOfPagingGivesAllThatWasPublished(String path, String options) throws Exception {
        try (ProviderSimulator simulator = ProviderSimulator.start(settings(), Clock.systemUTC());
                PollNode node = new PollNode(database, provider(simulator))
                        .from("poll:acme/packets?pageSize=100&freshness=2s&recordTime=/created_at&path=" + path + "&"
                                + options)) {
            receivesAllThatWasPublished(simulator, node);
            assertThat(node.told.failures).isEmpty();
        }
    }

    @Test
    void faultsOfAllKindsLoseNothing() throws Exception {
        try (ProviderSimulator simulator = ProviderSimulator.start(settings(), Clock.systemUTC())) {
            Provider provider = provider(simulator);
            provider.setReadTimeout(Duration.ofSeconds(3));
            provider.setCallTimeout(Duration.ofSeconds(4));
            try (PollNode node = new PollNode(database, provider)
                    .from("poll:acme/packets?pageSize=100&freshness=1s&path=/v2/packets")) {
                Set<Kind> slowlyProbed = EnumSet.of(Kind.UNAUTHORIZED, Kind.FORBIDDEN);
                for (Kind kind : EnumSet.complementOf(EnumSet.copyOf(slowlyProbed))) {
                    simulator.fault(1, Fault.of(kind));
                    await().atMost(Duration.ofSeconds(30)).until(() -> simulator.faultsPending() == 0);
                    int pages = node.told.pages.size();
                    await(kind.name()).atMost(Duration.ofSeconds(30)).until(() -> node.told.pages.size() > pages + 1);
                }
                receivesAllThatWasPublished(simulator, node);
                assertThat(node.told.failures)
                        .extracting(failure -> failure.kind().orElseThrow())
                        .contains(
                                ErrorKind.TIMEOUT,
                                ErrorKind.CONNECTION,
                                ErrorKind.SERVER,
                                ErrorKind.THROTTLED,
                                ErrorKind.BAD_PAGE);
            }
        }
    }

    @Test
    void twoNodesStayUnderAHundredCallsInEveryMinute() throws Exception {
        SimulatorSettings backlog = settings()
                .withCallsPerMinute(100)
                .withPageSize(20)
                .withSince(Instant.now().minusSeconds(600));
        try (ProviderSimulator simulator = ProviderSimulator.start(backlog, Clock.systemUTC())) {
            Provider provider = provider(simulator);
            provider.setCallsPerMinute(100);
            try (PollNode one =
                            new PollNode(database, provider).from("poll:acme/packets?pageSize=20&path=/v2/packets");
                    PollNode two =
                            new PollNode(database, provider).from("poll:acme/again?pageSize=20&path=/v2/packets")) {
                await().atMost(Duration.ofMinutes(3))
                        .until(() -> simulator.calls().size() >= 180);
                assertThat(simulator.calls().mostPerMinute())
                        .isLessThanOrEqualTo(100)
                        .isGreaterThan(80);
                assertThat(simulator.calls().answered(429)).isZero();
                assertThat(one.batches).isNotEmpty();
                assertThat(two.batches).isNotEmpty();
            }
        }
    }
}

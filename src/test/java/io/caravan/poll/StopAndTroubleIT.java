package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import io.caravan.simulator.Credentials;
import io.caravan.simulator.Fault;
import io.caravan.simulator.ProviderSimulator;
import io.caravan.simulator.SimulatorSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of a stream of the simulated provider when it is stopped, when its node dies, and when its credentials are revoked. */
@ExtendWith(PostgresExtension.class)
class StopAndTroubleIT {
    private final Database database;
    private final DatabaseSettings settings;

    StopAndTroubleIT(Database database, DatabaseSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    @BeforeEach
    void nothingWasPolled() {
        sql("truncate caravan.poll_provider, caravan.poll_stream, caravan.call, caravan.rejected_page");
        sql("drop table if exists received");
        sql("create table received (node text not null, record text not null)");
    }

    private void sql(String statement) {
        database.runInTransaction(connection -> {
            try (Statement execute = connection.createStatement()) {
                execute.execute(statement);
            }
        });
    }

    private String one(String query) {
        return database.inTransaction(connection -> {
            try (Statement select = connection.createStatement();
                    ResultSet row = select.executeQuery(query)) {
                return row.next() ? String.valueOf(row.getString(1)) : "none";
            }
        });
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
    }

    /** 1,200 packets wait, 20 a second come. */
    private static SimulatorSettings packets() {
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

    /** Keeps a page's records in the transaction of the page. */
    private static void keep(String node, Database in, Exchange exchange) {
        in.runInTransaction(connection -> {
            try (var insert = connection.prepareStatement("insert into received values (?, ?)")) {
                for (RawRecord record :
                        exchange.getMessage().getBody(Batch.class).records()) {
                    insert.setString(1, node);
                    insert.setString(2, record.printable());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        });
    }

    private static Set<String> received(PollNode... nodes) {
        Set<String> received = new HashSet<>();
        for (PollNode node : nodes) {
            node.batches.forEach(
                    batch -> batch.records().stream().map(RawRecord::printable).forEach(received::add));
        }
        return received;
    }

    /** As if everything had failed an hour earlier. */
    private void anHourPasses() {
        sql("update caravan.poll_provider set blocked_until = blocked_until - interval '1 hour'");
        sql("update caravan.poll_stream set retry_at = retry_at - interval '1 hour'");
    }

    private static int statusAtTheProvider(ProviderSimulator simulator) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(simulator.url() + "/v2/packets"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void revokedCredentialsAreProbedSlowlyAndTheStreamGoesOnByItselfWhenTheyAreRestored() throws Exception {
        SimulatorSettings locking =
                packets().withAuth(SimulatorSettings.Auth.OAUTH2).withLockAfter(5);
        try (ProviderSimulator simulator = ProviderSimulator.start(locking, Clock.systemUTC())) {
            Provider provider = provider(simulator);
            provider.setAuth("oauth2");
            provider.setTokenUrl(simulator.url() + ProviderSimulator.TOKEN_PATH);
            provider.setClientId(Credentials.CLIENT_ID);
            provider.setClientSecret(Credentials.CLIENT_SECRET);
            try (PollNode node = new PollNode(database, provider)
                    .from("poll:acme/packets?pageSize=100&freshness=1s&path=/v2/packets")) {
                soon().until(() -> node.told.pages.size() > 12);
                simulator.revoke();
                soon().until(() -> node.told.failures.size() == 1);
                assertThat(node.told.failures.get(0).pause()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
                assertThat(simulator.calls().answered(401)).isEqualTo(1);

                anHourPasses();
                soon().until(() -> node.told.failures.size() == 2);
                assertThat(node.told.failures.get(1).pause()).isGreaterThan(Duration.ofMinutes(2));
                assertThat(statusAtTheProvider(simulator)).as("403 if locked").isEqualTo(401);

                simulator.restore();
                long published = simulator.available();
                anHourPasses();
                soon().until(() -> received(node).size() >= published);
                assertThat(node.told.failures).hasSize(2);
                assertThat(simulator.tokensIssued()).isEqualTo(2);
            }
        }
    }

    @Test
    void aCleanStopWaitsForThePageInFlightAndItsCommit() throws Exception {
        CountDownLatch inHand = new CountDownLatch(1);
        try (ProviderSimulator simulator = ProviderSimulator.start(packets(), Clock.systemUTC())) {
            PollNode node = new PollNode(database, provider(simulator));
            node.doing(exchange -> {
                        keep("one", database, exchange);
                        inHand.countDown();
                        await().until(() -> node.camel.getStatus().isStopping());
                    })
                    .from("poll:acme/packets?pageSize=100&path=/v2/packets");
            assertThat(inHand.await(30, TimeUnit.SECONDS)).isTrue();
            Thread rival = holdingTheStreamFor(Duration.ofSeconds(3));
            Instant begin = Instant.now();
            node.close();
            assertThat(Duration.between(begin, Instant.now())).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
            assertThat(one("select version || ' ' || (cursor <> '{}') from caravan.poll_stream"))
                    .isEqualTo("1 true");
            assertThat(one("select count(*) from received")).isEqualTo("100");
            assertThat(one("select count(*) from caravan.poll_stream where owner is not null"))
                    .as("owned no more")
                    .isEqualTo("0");
            rival.join();
        }
    }

    /** Another transaction locks the stream's row, so that a page's commit has to wait. */
    private Thread holdingTheStreamFor(Duration time) throws InterruptedException {
        CountDownLatch locked = new CountDownLatch(1);
        Thread rival = new Thread(() -> database.runInTransaction(connection -> {
            try (Statement lock = connection.createStatement()) {
                lock.execute("select 1 from caravan.poll_stream for update");
                locked.countDown();
                lock.execute("select pg_sleep(" + time.toSeconds() + ")");
            }
        }));
        rival.start();
        assertThat(locked.await(10, TimeUnit.SECONDS)).isTrue();
        return rival;
    }

    private static void cutOff(Database node) {
        node.close();
    }

    @Test
    void whenTheOwnersDatabaseIsGoneAnotherNodeGoesOnAfterTheLeaseWithoutGapOrDouble() throws Exception {
        String options = "poll:acme/packets?pageSize=50&freshness=1s&lease=2s&path=/v2/packets";
        try (ProviderSimulator simulator = ProviderSimulator.start(packets(), Clock.systemUTC());
                Database lost = Database.open(settings);
                PollNode owner = new PollNode(lost, provider(simulator))
                        .doing(exchange -> keep("owner", lost, exchange))
                        .from(options);
                PollNode heir = new PollNode(database, provider(simulator))
                        .doing(exchange -> keep("heir", database, exchange))) {
            soon().until(() -> owner.told.pages.size() > 3);
            heir.from(options);
            cutOff(lost);
            soon().until(() -> !heir.batches.isEmpty());
            long published = simulator.available();
            soon().until(() -> Long.parseLong(one("select count(*) from received")) >= published);
            assertThat(one("select count(*) - count(distinct record) from received"))
                    .isEqualTo("0");
            assertThat(one("select count(distinct node) from received")).isEqualTo("2");
        }
    }

    @Test
    void aNewestFirstListingThatIsCutOffByFaultsAndByAStopSkipsNothing() throws Exception {
        String options =
                "poll:acme/packets?pageSize=50&freshness=1s&order=newestFirst&mark=/created_at&path=/v2/packets/newest";
        try (ProviderSimulator simulator = ProviderSimulator.start(packets().withPageSize(50), Clock.systemUTC())) {
            PollNode first = new PollNode(database, provider(simulator)).from(options);
            try (first) {
                soon().until(() -> first.told.pages.size() > 3);
                simulator.fault(1, Fault.of(Fault.Kind.CUT));
                soon().until(() -> !first.told.failures.isEmpty());
            }
            long published = simulator.available();
            try (PollNode second = new PollNode(database, provider(simulator)).from(options)) {
                soon().until(() -> received(first, second).size() >= published);
            }
            assertThat(received(first).size()).isLessThan((int) published);
        }
    }
}

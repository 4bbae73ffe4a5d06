package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.poll.FakeProvider.Answer;
import io.caravan.poll.FakeProvider.Asked;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A provider that knows us by two credentials, and what one does when it refuses one. */
@ExtendWith(PostgresExtension.class)
class CredentialsTest {
    private final Database database;
    private final ProviderActions actions;
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();

    CredentialsTest(Database database) {
        this.database = database;
        this.actions = new ProviderActions(database);
    }

    @BeforeEach
    void nothingWasPolled() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
        accepted.addAll(List.of("k1", "k2"));
        Query.of("""
                truncate caravan.poll_provider, caravan.poll_stream, caravan.call, caravan.poll_probe, caravan.poll_action""").on(database).update();
    }

    private FakeProvider server() throws Exception {
        return new FakeProvider(asked ->
                accepted.contains(asked.headers().getOrDefault("x-api-key", "")) ? page(asked) : Answer.status(401));
    }

    private static Answer page(Asked asked) {
        long from = Long.parseLong(asked.query().getOrDefault("cursor", "0"));
        return Answer.json(FakeProvider.page(from, 1, "\"next\":\"" + (from + 1) + "\""));
    }

    private static Provider provider(FakeProvider server) {
        Provider provider = new Provider();
        provider.setUrl(server.url());
        provider.setCallsPerMinute(1000);
        provider.setAuth("apiKey");
        provider.setApiKey("k1");
        provider.getSecond().setApiKey("k2");
        return provider;
    }

    private PollNode node(Provider provider) throws Exception {
        return new PollNode(database, provider).from("poll:acme/packets?pageSize=100&freshness=1s");
    }

    private List<String> calls(String purpose) {
        return Query.of(
                        "select credential || ' ' || status as made from caravan.call where purpose = :purpose order by id")
                .on(database)
                .set("purpose", purpose)
                .list(row -> row.getString("made"));
    }

    private List<String> deeds() {
        return Query.of("select action || ' ' || done || ' by ' || who as deed from caravan.poll_action order by id")
                .on(database)
                .list(row -> row.getString("deed"));
    }

    private static Exchange send(PollNode node, String uri) {
        return node.camel
                .createProducerTemplate()
                .request(uri, exchange -> exchange.getIn().setBody("an event"));
    }

    @Test
    void aRefusedCredentialIsTriedOnceMoreSoon_thenTheOtherOneTakesOver() throws Exception {
        try (FakeProvider server = server();
                PollNode node = node(provider(server))) {
            await().until(() -> node.numbers.size() > 2);
            accepted.remove("k1");
            await().until(() -> calls("LIVE").contains("main 401"));
            assertThat(node.told.failures.get(0).pause()).isLessThan(Duration.ofSeconds(21));

            Exchange event = send(node, "poll:acme?action=switchCredential");
            assertThat(event.getMessage().getBody()).isEqualTo("an event");
            assertThat(event.getMessage().getHeader(PollHeaders.ACTION_DONE)).isEqualTo(true);
            int before = node.numbers.size();
            await().until(() -> node.numbers.size() > before + 1);
            assertThat(calls("LIVE")).last().isEqualTo("second 200");
            assertThat(deeds()).containsExactly("switchCredential true by route of no name");
        }
    }

    @Test
    void aRouteWhoseEventComesAgainDoesNotSwitchBack() throws Exception {
        try (FakeProvider server = server();
                PollNode node = node(provider(server))) {
            await().until(() -> node.numbers.size() > 1);
            accepted.remove("k1");
            await().until(() -> calls("LIVE").contains("main 401"));
            send(node, "poll:acme?action=switchCredential");
            Exchange again = send(node, "poll:acme?action=switchCredential");
            assertThat(again.getMessage().getHeader(PollHeaders.ACTION_DONE)).isEqualTo(false);
            assertThat(again.getMessage().getHeader(PollHeaders.ACTION_SAID, String.class))
                    .isEqualTo("Provider acme accepts the credential 'second', which stays in use.");
        }
    }

    @Test
    void aPersonMaySwitchAtAnyTime() throws Exception {
        try (FakeProvider server = server();
                PollNode node = node(provider(server))) {
            await().until(() -> node.numbers.size() > 1);
            assertThat(actions.act("acme", Action.SWITCH_CREDENTIAL, "anna", "").done())
                    .isTrue();
            await().until(() -> calls("LIVE").contains("second 200"));
            assertThat(actions.act("acme", Action.SWITCH_CREDENTIAL, "anna", "").sentence())
                    .startsWith("Calls of acme use the credential 'main' instead of 'second'");
        }
    }

    @Test
    void aStreamThatKeepsAwayAfterRefusalsGoesOnWhenSomebodySwitches() throws Exception {
        try (FakeProvider server = server();
                PollNode node = node(provider(server))) {
            await().until(() -> node.numbers.size() > 1);
            Query.of(
                            "update caravan.poll_provider set blocked_until = clock_timestamp() + interval '1 hour', blocked_by = 'BACKOFF' where name = 'acme'")
                    .on(database)
                    .update();
            await().until(() ->
                    node.told.waits.stream().anyMatch(wait -> wait.reason() == PollDecision.Reason.BACKOFF));
            actions.act("acme", Action.SWITCH_CREDENTIAL, "anna", "");
            await().until(() -> calls("LIVE").contains("second 200"));
        }
    }

    @Test
    void withoutASecondCredentialThereIsNothingToSwitchTo() throws Exception {
        try (FakeProvider server = server()) {
            Provider provider = new Provider();
            provider.setUrl(server.url());
            try (PollNode node = node(provider)) {
                await().until(() -> !server.asked.isEmpty());
                assertThat(send(node, "poll:acme?action=switchCredential")
                                .getMessage()
                                .getHeader(PollHeaders.ACTION_SAID, String.class))
                        .isEqualTo("Provider acme has no second credential; give it one under second: in its bean.");
            }
        }
    }

    @Test
    void aPausedProviderIsNotCalledUntilItIsResumed_andCatchesUp() throws Exception {
        try (FakeProvider server = server();
                PollNode node = node(provider(server))) {
            await().until(() -> node.numbers.size() > 1);
            assertThat(actions.act("acme", Action.PAUSE, "anna", "no money").done())
                    .isTrue();
            await().until(() -> node.told.waits.stream().anyMatch(wait -> wait.reason() == PollDecision.Reason.PAUSED));
            int asked = server.asked.size();
            assertThat(actions.act("acme", Action.PAUSE, "ben", "").sentence())
                    .isEqualTo("Provider acme is paused already, by anna, no money.");
            await().during(Duration.ofSeconds(2)).until(() -> server.asked.size() == asked);

            assertThat(actions.act("acme", Action.RESUME, "anna", "").done()).isTrue();
            await().until(() -> server.asked.size() > asked);
            assertThat(node.numbers).doesNotHaveDuplicates().isSorted();
            assertThat(deeds()).containsExactly("pause true by anna", "pause false by ben", "resume true by anna");
        }
    }

    @Test
    void eachCredentialIsTriedOnSchedule_andARefusedOneIsFoundBeforeItIsNeeded() throws Exception {
        try (FakeProvider server = server()) {
            accepted.remove("k2");
            Provider provider = provider(server);
            provider.setProbe("packets?limit=1");
            provider.setProbeEvery(Duration.ofSeconds(2));
            try (PollNode node = node(provider)) {
                await().until(() -> calls("PROBE").containsAll(List.of("main 200", "second 401")));
                assertThat(server.asked)
                        .anySatisfy(asked -> assertThat(asked.query()).containsEntry("limit", "1"));
                accepted.remove("k1");
                await().until(() -> calls("LIVE").contains("main 401"));
                assertThat(send(node, "poll:acme?action=switchCredential")
                                .getMessage()
                                .getHeader(PollHeaders.ACTION_SAID, String.class))
                        .startsWith("Provider acme refused the credential 'second' too");
            }
        }
    }

    @Test
    void aProbeThatIsAskedForMakesTheStreamGoOnAsSoonAsTheCredentialIsAcceptedAgain() throws Exception {
        try (FakeProvider server = server()) {
            Provider provider = provider(server);
            provider.setProbe("packets?limit=1");
            try (PollNode node = node(provider)) {
                await().until(() -> node.numbers.size() > 1);
                accepted.remove("k1");
                await().until(() -> calls("LIVE").contains("main 401"));
                accepted.add("k1");
                Query.of("update caravan.poll_provider set blocked_until = clock_timestamp() + interval '1 hour'")
                        .on(database)
                        .update();
                Query.of("update caravan.poll_stream set retry_at = clock_timestamp() + interval '1 hour'")
                        .on(database)
                        .update();
                assertThat(actions.act("acme", Action.PROBE, "anna", "").sentence())
                        .isEqualTo("2 credential(s) of acme are tried within seconds.");
                int before = node.numbers.size();
                await().until(() -> node.numbers.size() > before);
                assertThat(calls("PROBE")).contains("main 200", "second 200");
            }
        }
    }

    @Test
    void freshAccessTokensAreFetchedWhenSomebodyAsksForThem() throws Exception {
        AtomicInteger issued = new AtomicInteger();
        try (FakeProvider server = new FakeProvider(asked -> asked.path().equals("/token")
                ? Answer.json("{\"access_token\":\"t" + issued.incrementAndGet() + "\",\"expires_in\":3600}")
                : page(asked))) {
            Provider provider = new Provider();
            provider.setUrl(server.url());
            provider.setCallsPerMinute(1000);
            provider.setAuth("oauth2");
            provider.setTokenUrl(server.url() + "/token");
            provider.setClientId("us");
            provider.setClientSecret("s");
            try (PollNode node = node(provider)) {
                await().until(() -> node.numbers.size() > 2);
                assertThat(issued).hasValue(1);
                send(node, "poll:acme?action=refreshToken");
                await().until(() -> issued.get() == 2);
                int before = node.numbers.size();
                await().until(() -> node.numbers.size() > before + 1);
                assertThat(issued).hasValue(2);
            }
        }
    }

    @Test
    void aRefusedTokenIsRenewed_andTheCallsRowSaysSo() throws Exception {
        AtomicInteger issued = new AtomicInteger();
        try (FakeProvider server = new FakeProvider(asked -> asked.path().equals("/token")
                ? Answer.json("{\"access_token\":\"t" + issued.incrementAndGet() + "\",\"expires_in\":3600}")
                : "Bearer t2".equals(asked.headers().get("authorization")) ? page(asked) : Answer.status(401))) {
            Provider provider = new Provider();
            provider.setUrl(server.url());
            provider.setAuth("oauth2");
            provider.setTokenUrl(server.url() + "/token");
            provider.setClientId("us");
            provider.setClientSecret("s");
            try (PollNode node = node(provider)) {
                await().until(() -> !node.numbers.isEmpty());
                assertThat(Query.of(
                                        "select status || ' ' || renewed as made from caravan.call where purpose = 'LIVE' order by id limit 2")
                                .on(database)
                                .list(row -> row.getString("made")))
                        .containsExactly("401 true", "200 false");
            }
        }
    }

    @Test
    void anActionIsNothingToStartARouteWith() {
        assertThatThrownBy(() -> new PollNode(database, new Provider()).from("poll:acme?action=pause"))
                .hasStackTraceContaining("has an action, which is something to do; write it as to:");
        assertThatThrownBy(() -> {
                    try (PollNode node = new PollNode(database, new Provider())) {
                        node.camel.getEndpoint("poll:acme?action=paws").start();
                    }
                })
                .hasStackTraceContaining("'paws' is unknown");
    }

    @Test
    void twoCredentialsMustBeOfTheSameKindAndOfTwoNames() {
        Provider provider = new Provider();
        provider.setUrl("http://localhost:1");
        provider.setAuth("basic");
        provider.setUsername("u");
        provider.setPassword("p");
        provider.getSecond().setUsername("u2");
        provider.getSecond().setName("main");
        assertThat(provider.problems())
                .containsExactly(
                        "second.password is missing, which auth: basic needs; take it from the environment or a secret file, as {{...}}.",
                        "both credentials are called 'main'; give one another name.");
    }
}

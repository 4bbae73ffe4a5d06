package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.batch.Batch;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.poll.FakeProvider.Answer;
import io.caravan.poll.FakeProvider.Asked;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams polled over real HTTP into a real PostgreSQL. */
@ExtendWith(PostgresExtension.class)
class PollTest {
    private final Database database;

    PollTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void nothingWasPolled() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(
                        "truncate caravan.poll_provider, caravan.poll_stream, caravan.call, caravan.rejected_page");
            }
        });
    }

    private static Provider provider(FakeProvider server) {
        Provider provider = new Provider();
        provider.setUrl(server.url());
        provider.setCallsPerMinute(1000);
        return provider;
    }

    /** A feed of numbers from 0 whose cursor is the next number. */
    private static Answer feed(Asked asked, long available) {
        long from = Long.parseLong(asked.query().getOrDefault("cursor", "0"));
        long count = Math.min(Long.parseLong(asked.parameter("limit")), available - from);
        return Answer.json(FakeProvider.page(from, count, "\"next\":\"" + (from + count) + "\""));
    }

    @Test
    void fullPagesAreFollowedAtOnceInOrderUntilAShortOne() throws Exception {
        try (FakeProvider server = new FakeProvider(asked -> feed(asked, 1050));
                PollNode node = new PollNode(database, provider(server)).from("poll:acme/packets?pageSize=100")) {
            await().untilAsserted(() -> assertThat(node.numbers)
                    .containsExactlyElementsOf(LongStream.range(0, 1050).boxed().toList()));
            assertThat(server.asked).hasSize(11);
            assertThat(node.told.pages).hasSize(11);
        }
    }

    @Test
    void anotherNodeGoesOnWhereTheCursorWasCommitted() throws Exception {
        try (FakeProvider server = new FakeProvider(asked -> feed(asked, 30))) {
            try (PollNode first = new PollNode(database, provider(server)).from("poll:acme/packets?pageSize=20")) {
                await().until(() -> first.numbers.size() == 30);
            }
            server.answers(asked -> feed(asked, 50));
            try (PollNode second =
                    new PollNode(database, provider(server)).from("poll:acme/packets?pageSize=20&freshness=1s")) {
                await().untilAsserted(() -> assertThat(second.numbers)
                        .containsExactlyElementsOf(
                                LongStream.range(30, 50).boxed().toList()));
            }
        }
    }

    @Test
    void thePageAfterAFullOneIsFetchedWhileItIsProcessedAndOrderIsKept() throws Exception {
        try (FakeProvider server = new FakeProvider(asked -> feed(asked, 25));
                PollNode node = new PollNode(database, provider(server))
                        .doing(exchange -> {
                            int page = exchange.getMessage()
                                            .getBody(Batch.class)
                                            .records()
                                            .get(0)
                                            .value()
                                            .path("n")
                                            .asInt()
                                    / 10;
                            if (page < 2) {
                                await().until(() -> server.asked.size() == page + 2);
                            }
                        })
                        .from("poll:acme/packets?pageSize=10")) {
            await().untilAsserted(() -> assertThat(node.numbers)
                    .containsExactlyElementsOf(LongStream.range(0, 25).boxed().toList()));
        }
    }

    @Test
    void aPageThatTheRouteFailsOnIsTriedAgainWithoutPayingForItTwice() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (FakeProvider server = new FakeProvider(asked -> feed(asked, 5));
                PollNode node = new PollNode(database, provider(server))
                        .doing(exchange -> {
                            if (attempts.incrementAndGet() < 2) {
                                throw new IllegalStateException("table locked");
                            }
                        })
                        .from("poll:acme/packets?pageSize=10")) {
            await().untilAsserted(() -> assertThat(node.numbers).containsExactly(0L, 1L, 2L, 3L, 4L));
            assertThat(server.asked)
                    .filteredOn(asked -> !asked.query().containsKey("cursor"))
                    .hasSize(1);
            assertThat(node.told.failures)
                    .singleElement()
                    .satisfies(failure -> assertThat(failure.message()).contains("table locked"));
        }
    }

    @Test
    void aLateOwnersPageRollsBackWhenAnotherNodeMovedTheStream() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (FakeProvider server = new FakeProvider(asked -> feed(asked, 5));
                PollNode node = new PollNode(database, provider(server))
                        .doing(exchange -> {
                            if (attempts.incrementAndGet() == 1) {
                                database.separately(connection ->
                                        execute(connection, "update caravan.poll_stream set version = version + 1"));
                            }
                        })
                        .from("poll:acme/packets?pageSize=10")) {
            await().untilAsserted(() -> assertThat(node.numbers).containsExactly(0L, 1L, 2L, 3L, 4L));
            assertThat(attempts).hasValue(2);
        }
    }

    private static int execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private String one(String sql) {
        return database.inTransaction(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                return row.next() ? String.valueOf(row.getString(1)) : "none";
            }
        });
    }

    /** A listing of {@code numbers} in this order by page number. */
    private static Answer listing(Asked asked, List<Long> numbers, String rest) {
        int limit = Integer.parseInt(asked.parameter("limit"));
        int from = Integer.parseInt(asked.query()
                .getOrDefault(
                        "offset",
                        Integer.toString((Integer.parseInt(asked.query().getOrDefault("page", "1")) - 1) * limit)));
        String data = numbers.stream()
                .skip(from)
                .limit(limit)
                .map(n -> "{\"n\":" + n + "}")
                .collect(Collectors.joining(","));
        return Answer.json("{\"data\":[" + data + "]" + rest + "}");
    }

    private void fetchesAll(FakeProvider.Answering answering, String options, long count) throws Exception {
        try (FakeProvider server = new FakeProvider(answering);
                PollNode node =
                        new PollNode(database, provider(server)).from("poll:acme/packets?pageSize=10&" + options)) {
            await().untilAsserted(() -> assertThat(node.numbers)
                    .containsExactlyElementsOf(
                            LongStream.range(0, count).boxed().toList()));
        }
    }

    @Test
    void pagesByNumber() throws Exception {
        fetchesAll(asked -> listing(asked, LongStream.range(0, 25).boxed().toList(), ""), "pagination=page", 25);
    }

    @Test
    void pagesByOffset() throws Exception {
        fetchesAll(asked -> listing(asked, LongStream.range(0, 25).boxed().toList(), ""), "pagination=offset", 25);
    }

    @Test
    void pagesByAddressInTheBody() throws Exception {
        fetchesAll(
                asked -> {
                    long from = Long.parseLong(asked.query().getOrDefault("after", "0"));
                    String next = from < 20 ? "\"links\":{\"next\":\"/packets?after=" + (from + 10) + "\"}" : "";
                    return Answer.json(FakeProvider.page(from, Math.min(10, 25 - from), next));
                },
                "pagination=next&cursor=/links/next",
                25);
    }

    @Test
    void pagesByLinkHeader() throws Exception {
        fetchesAll(
                asked -> {
                    long from = Long.parseLong(asked.query().getOrDefault("after", "0"));
                    Answer page = Answer.json(FakeProvider.page(from, Math.min(10, 25 - from), ""));
                    return from < 20 ? page.with("Link", "<?after=" + (from + 10) + ">; rel=\"next\"") : page;
                },
                "pagination=link",
                25);
    }

    @Test
    void pagesByTimeWindow() throws Exception {
        Instant begin = Instant.now().minusSeconds(3600).truncatedTo(ChronoUnit.MINUTES);
        try (FakeProvider server = new FakeProvider(asked -> {
                    long from = Duration.between(begin, Instant.parse(asked.parameter("from")))
                            .toMinutes();
                    long to = Math.min(
                            25,
                            Duration.between(begin, Instant.parse(asked.parameter("to")))
                                    .toMinutes());
                    return Answer.json(FakeProvider.page(from, Math.max(0, Math.min(10, to - from)), ""));
                });
                PollNode node = new PollNode(database, provider(server))
                        .from("poll:acme/packets?pageSize=10&pagination=time&step=7m&since=" + begin)) {
            await().untilAsserted(() -> assertThat(node.numbers)
                    .containsExactlyElementsOf(LongStream.range(0, 25).boxed().toList()));
            assertThat(one("select count(*) from caravan.call where window_to > window_from"))
                    .isNotEqualTo("0");
        }
    }

    @Test
    void linesAreRecordsToo() throws Exception {
        fetchesAll(
                asked ->
                        asked.parameter("page").equals("1") ? Answer.json("{\"n\":0}\n\n{\"n\":1}\n") : Answer.json(""),
                "format=lines&pagination=page",
                2);
    }

    @Test
    void aNewestFirstListingThatIsCutOffInMidPaginationSkipsNothing() throws Exception {
        List<Long> listed = new CopyOnWriteArrayList<>(descending(25));
        AtomicBoolean down = new AtomicBoolean();
        try (FakeProvider server = new FakeProvider(asked -> {
            if (down.get() && asked.parameter("page").equals("2")) {
                return Answer.status(503);
            }
            return listing(asked, listed, "");
        })) {
            down.set(true);
            String options = "poll:acme/packets?pageSize=10&pagination=page&order=newestFirst&mark=/n&freshness=1s";
            try (PollNode first = new PollNode(database, provider(server)).from(options)) {
                await().until(() -> first.told.failures.size() == 1);
                assertThat(first.numbers)
                        .containsExactlyElementsOf(descending(25).subList(0, 10));
            }
            // The head moves on while the walk is interrupted
            listed.addAll(0, List.of(27L, 26L, 25L));
            down.set(false);
            try (PollNode second = new PollNode(database, provider(server)).from(options)) {
                await().untilAsserted(() -> assertThat(second.numbers).contains(27L, 26L, 25L));
                assertThat(second.numbers).containsAll(descending(15));
            }
        }
    }

    private static List<Long> descending(int count) {
        return LongStream.range(0, count).map(n -> count - 1 - n).boxed().toList();
    }

    private long secondsBetweenFirstTwoCalls(Answer refusal) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (FakeProvider server = new FakeProvider(asked -> calls.incrementAndGet() == 1 ? refusal : feed(asked, 5));
                PollNode node = new PollNode(database, provider(server)).from("poll:acme/packets?pageSize=10")) {
            await().untilAsserted(() -> assertThat(node.numbers).hasSize(5));
            return (server.asked.get(1).atNanos() - server.asked.get(0).atNanos()) / 1_000_000_000;
        }
    }

    @Test
    void retryAfterInSecondsIsObeyed() throws Exception {
        assertThat(secondsBetweenFirstTwoCalls(Answer.status(429, "Retry-After", "3")))
                .isBetween(3L, 12L);
        assertThat(one("select error_kind from caravan.call order by id")).isEqualTo("THROTTLED");
    }

    @Test
    void retryAfterAsADateIsObeyedByTheProvidersClock() throws Exception {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(4));
        assertThat(secondsBetweenFirstTwoCalls(Answer.status(503, "Retry-After", date)))
                .isBetween(2L, 12L);
    }

    @Test
    void anUsedUpRateLimitIsWaitedForBeforeTheProviderRefuses() throws Exception {
        try (FakeProvider server = new FakeProvider(asked ->
                        feed(asked, 15).with("X-RateLimit-Remaining", "0").with("X-RateLimit-Reset", "3"));
                PollNode node = new PollNode(database, provider(server)).from("poll:acme/packets?pageSize=10")) {
            await().untilAsserted(() -> assertThat(node.numbers).hasSize(15));
            assertThat(server.asked.get(1).atNanos() - server.asked.get(0).atNanos())
                    .isGreaterThan(2_900_000_000L);
            assertThat(node.told.waits).anyMatch(wait -> wait.reason() == PollDecision.Reason.ASKED_BY_PROVIDER);
        }
    }

    private static Provider withTokens(FakeProvider server) {
        Provider provider = provider(server);
        provider.setAuth("oauth2");
        provider.setTokenUrl(server.url() + "/token");
        provider.setClientId("us");
        provider.setClientSecret("s3cr3t/+");
        return provider;
    }

    @Test
    void anAccessTokenIsRenewedBeforeItExpiresAndOnceWhenItIsRefused() throws Exception {
        AtomicInteger issued = new AtomicInteger();
        try (FakeProvider server = new FakeProvider(asked -> {
                    if (asked.path().equals("/token")) {
                        return Answer.json(
                                "{\"access_token\":\"t" + issued.incrementAndGet() + "\",\"expires_in\":3600}");
                    }
                    return "Bearer t2".equals(asked.headers().get("authorization"))
                            ? feed(asked, 5)
                            : Answer.status(401);
                });
                PollNode node = new PollNode(database, withTokens(server)).from("poll:acme/packets?pageSize=10")) {
            await().untilAsserted(() -> assertThat(node.numbers).hasSize(5));
            assertThat(issued).hasValue(2);
            assertThat(server.askedAt("/packets")).hasSize(2);
            assertThat(server.askedAt("/token").get(0).body()).contains("grant_type=client_credentials");
            assertThat(node.told.failures).isEmpty();
        }
    }

    @Test
    void anAskedForAccessTokenIsACallOfItsOwn() throws Exception {
        try (FakeProvider server = new FakeProvider(PollTest::tokenOrPage);
                PollNode node = new PollNode(database, withTokens(server)).from("poll:acme/packets?pageSize=10")) {
            await().untilAsserted(() -> assertThat(node.numbers).hasSize(5));
            assertThat(purposes()).startsWith("TOKEN 200 0 false", "LIVE 200 5 true");
            assertThat(node.told.calls.get(0)).satisfies(call -> {
                assertThat(call.purpose()).isEqualTo(Purpose.TOKEN);
                assertThat(call.kind()).isEmpty();
                assertThat(call.bytes()).isPositive();
            });
        }
    }

    @Test
    void aTokenCallThatTheProviderCountsTakesItsPlaceInTheLimit() throws Exception {
        try (FakeProvider server = new FakeProvider(PollTest::tokenOrPage)) {
            Provider provider = withTokens(server);
            provider.setTokenCallsCount(true);
            provider.setCallsPerMinute(1);
            provider.setConcurrentCalls(1);
            try (PollNode node = new PollNode(database, provider).from("poll:acme/packets?pageSize=10")) {
                await().until(() -> !node.told.waits.isEmpty());
                assertThat(node.told.waits.get(0).reason()).isEqualTo(PollDecision.Reason.RATE_LIMIT);
                assertThat(purposes()).containsExactly("TOKEN 200 0 true");
                assertThat(server.askedAt("/packets")).isEmpty();
            }
        }
    }

    private static Answer tokenOrPage(FakeProvider.Asked asked) {
        return asked.path().equals("/token")
                ? Answer.json("{\"access_token\":\"t\",\"expires_in\":3600}")
                : feed(asked, 5);
    }

    /** Purpose, status, records of the calls on record, and whether each holds a slot. */
    private List<String> purposes() {
        return Query.of("select purpose, status, records, slot_free_at > at as slot from caravan.call order by id")
                .on(database)
                .list(row -> row.getString("purpose") + " " + row.getInt("status") + " " + row.getInt("records") + " "
                        + row.getBoolean("slot"));
    }

    @Test
    void aTokenThatSoonExpiresIsReplacedInTime() throws Exception {
        AtomicInteger issued = new AtomicInteger();
        try (FakeProvider server = new FakeProvider(asked -> asked.path().equals("/token")
                        ? Answer.json("{\"access_token\":\"t" + issued.incrementAndGet() + "\",\"expires_in\":2}")
                        : feed(asked, 5));
                PollNode node =
                        new PollNode(database, withTokens(server)).from("poll:acme/packets?pageSize=10&freshness=1s")) {
            await().until(() -> issued.get() >= 3);
            assertThat(node.told.calls).allMatch(call -> call.kind().isEmpty());
        }
    }

    @Test
    void refusedCredentialsAreProbedSlowlyUntilAnOperatorResumes() throws Exception {
        AtomicBoolean revoked = new AtomicBoolean(true);
        try (FakeProvider server = new FakeProvider(asked -> asked.path().equals("/token")
                        ? Answer.json("{\"access_token\":\"t\"}")
                        : revoked.get() ? Answer.status(403) : feed(asked, 5));
                PollNode node =
                        new PollNode(database, withTokens(server)).from("poll:acme/packets?pageSize=10&freshness=1s")) {
            await().until(() -> node.told.failures.size() == 1);
            assertThat(node.told.failures.get(0).message()).contains("403").contains("caravan poll resume acme");
            assertThat(node.told.failures.get(0).pause()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
            assertThat(server.askedAt("/packets")).hasSize(2);
            pauseIsOver();
            await().until(() -> node.told.failures.size() == 2);
            assertThat(node.told.failures.get(1).pause()).isGreaterThan(Duration.ofMinutes(2));
            revoked.set(false);
            new ProviderActions(database).act("acme", Action.RESUME, "anna", "");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(node.numbers).hasSize(5));
        }
    }

    /** As if the time had passed for which a stream and its provider wait after a failure. */
    private void pauseIsOver() {
        Query.of("update caravan.poll_stream set retry_at = clock_timestamp() where retry_at is not null")
                .on(database)
                .update();
        Query.of("update caravan.poll_provider set blocked_until = clock_timestamp() where blocked_until is not null")
                .on(database)
                .update();
    }

    @Test
    void credentialsGoWithEachCallAsTheProviderWantsThem() throws Exception {
        try (FakeProvider server = new FakeProvider(asked -> feed(asked, 1))) {
            Provider provider = provider(server);
            provider.setAuth("apiKey");
            provider.setApiKey("k3y");
            provider.setApiKeyParameter("key");
            try (PollNode node = new PollNode(database, provider).from("poll:acme/packets?pageSize=10")) {
                await().until(() -> node.numbers.size() == 1);
            }
            provider = provider(server);
            provider.setAuth("basic");
            provider.setUsername("us");
            provider.setPassword("pw");
            try (PollNode node = new PollNode(database, provider).from("poll:acme/packets2?pageSize=10")) {
                await().until(() -> node.numbers.size() == 1);
            }
            assertThat(server.askedAt("/packets").get(0).query()).containsEntry("key", "k3y");
            assertThat(server.askedAt("/packets2").get(0).headers()).containsEntry("authorization", "Basic dXM6cHc=");
        }
    }

    @Test
    void aBadPageIsKeptAndRetriedAndForgottenWhenItRecovers() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (FakeProvider server = new FakeProvider(asked ->
                        calls.incrementAndGet() == 1 ? Answer.json("<html>maintenance</html>") : feed(asked, 5));
                PollNode node = new PollNode(database, provider(server)).from("poll:acme/packets?pageSize=10")) {
            await().untilAsserted(() -> assertThat(node.numbers).hasSize(5));
            assertThat(one("select outcome || ' ' || convert_from(body, 'UTF8') from caravan.rejected_page"))
                    .isEqualTo("RECOVERED <html>maintenance</html>");
        }
    }

    @Test
    void aPageThatStaysBadHaltsTheStreamUntilItIsResumed() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        try (FakeProvider server =
                        new FakeProvider(asked -> broken.get() ? Answer.json("{\"items\":[]}") : feed(asked, 5));
                PollNode node = new PollNode(database, provider(server))
                        .from("poll:acme/packets?pageSize=10&badPageRetries=1")) {
            await().until(() -> !node.told.halts.isEmpty());
            assertThat(node.told.halts.get(0).reason()).contains("items").contains("caravan poll resume acme/packets");
            assertThat(server.asked).hasSize(2);
            assertThat(one("select outcome from caravan.rejected_page")).isEqualTo("HALTED");
            broken.set(false);
            new StreamRepository(database).resume("acme", "packets");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(node.numbers).hasSize(5));
        }
    }

    @Test
    void aPageThatStaysBadIsSkippedWhereItsFollowerIsKnown() throws Exception {
        try (FakeProvider server =
                        new FakeProvider(asked -> asked.parameter("page").equals("1")
                                ? Answer.json("not json")
                                : listing(asked, LongStream.range(0, 15).boxed().toList(), ""));
                PollNode node = new PollNode(database, provider(server))
                        .from("poll:acme/packets?pageSize=10&pagination=page&badPageRetries=0&onBadPage=skip")) {
            await().untilAsserted(() -> assertThat(node.numbers).containsExactly(10L, 11L, 12L, 13L, 14L));
            assertThat(one("select outcome from caravan.rejected_page")).isEqualTo("SKIPPED");
        }
    }

    @Test
    void aServerThatDripsIsCutOffAsAWhole() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread drip = new Thread(() -> drip(server));
            drip.setDaemon(true);
            drip.start();
            Provider provider = new Provider();
            provider.setUrl("http://localhost:" + server.getLocalPort());
            provider.setCallTimeout(Duration.ofSeconds(1));
            try (PollNode node = new PollNode(database, provider).from("poll:acme/packets?pageSize=10")) {
                await().until(() -> !node.told.calls.isEmpty());
                assertThat(node.told.calls.get(0).kind()).contains(ErrorKind.TIMEOUT);
                assertThat(node.told.calls.get(0).took()).isLessThan(Duration.ofSeconds(5));
            }
        }
    }

    private static void drip(ServerSocket server) {
        try (Socket socket = server.accept()) {
            OutputStream out = socket.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 1000; i++) {
                out.write(' ');
                out.flush();
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } catch (IOException | InterruptedException e) {
            // cut off, as it should be
        }
    }

    @Test
    void anAnswerBeyondTheSizeLimitIsCutOff() throws Exception {
        try (FakeProvider server = new FakeProvider(asked -> feed(asked, 10_000))) {
            Provider provider = provider(server);
            provider.setMaxResponseSize("1k");
            try (PollNode node = new PollNode(database, provider).from("poll:acme/packets?pageSize=10000")) {
                await().until(() -> !node.told.failures.isEmpty());
                assertThat(node.told.failures.get(0).message()).contains("maxResponseSize");
            }
        }
    }

    @Test
    void compressedAnswersAreRead() throws Exception {
        fetchesAll(
                asked -> {
                    ByteArrayOutputStream packed = new ByteArrayOutputStream();
                    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                        gzip.write(feed(asked, 5).body());
                    }
                    return new Answer(200, Map.of("Content-Encoding", "gzip"), packed.toByteArray());
                },
                "freshness=60s",
                5);
    }

    @Test
    void theBudgetMakesAStreamWaitAndSaysSo() throws Exception {
        try (FakeProvider server = new FakeProvider(asked -> feed(asked, 5))) {
            Provider provider = provider(server);
            provider.setCostPerCall("0.5");
            provider.setCostPerDay("1");
            provider.setZone(ProviderDay.whereItIsSixInTheMorning().getId());
            try (PollNode node = new PollNode(database, provider).from("poll:acme/packets?pageSize=10&freshness=1s")) {
                await().until(() ->
                        node.told.waits.stream().anyMatch(wait -> wait.reason() == PollDecision.Reason.BUDGET));
                assertThat(server.asked).hasSize(1);
                assertThat(one("select sum(cost) from caravan.call")).isEqualTo("0.5");
                // Half of the day's money is spent, and accrues by noon
                assertThat(node.told.waits)
                        .filteredOn(wait -> wait.reason() == PollDecision.Reason.BUDGET)
                        .first()
                        .satisfies(wait -> assertThat(wait.pause())
                                .isBetween(Duration.ofHours(6).minusMinutes(5), Duration.ofHours(6)))
                        .satisfies(
                                wait -> assertThat(wait.lateForWantOfBudget()).isTrue());
            }
        }
    }

    @Test
    void aWindowIsFetchedOnDemandPageByPage() throws Exception {
        try (FakeProvider server = new FakeProvider(
                        asked -> listing(asked, LongStream.range(0, 25).boxed().toList(), ""));
                PollNode node = new PollNode(database, provider(server))) {
            node.camel.start();
            Batch batch = node.camel
                    .createFluentProducerTemplate()
                    .to(
                            "poll:acme/packets?pageSize=10&pagination=page&from=2026-03-02T00:00:00Z&to=2026-03-02T00:30:00Z")
                    .request(Batch.class);
            assertThat(batch.records()).hasSize(25);
            assertThat(server.asked)
                    .hasSize(3)
                    .allMatch(asked -> asked.parameter("from").equals("2026-03-02T00:00:00Z"));
            assertThat(one("select string_agg(distinct purpose, ',') from caravan.call"))
                    .isEqualTo("BACKFILL");
            assertThat(one("select count(*) from caravan.poll_stream")).isEqualTo("0");
        }
    }

    @Test
    void theLagIsMeasuredByTheRecordsOwnTime() throws Exception {
        long tenSecondsAgo = Instant.now().minusSeconds(10).toEpochMilli();
        try (FakeProvider server =
                        new FakeProvider(asked -> Answer.json("{\"data\":[{\"n\":1,\"t\":" + tenSecondsAgo + "}]}"));
                PollNode node =
                        new PollNode(database, provider(server)).from("poll:acme/packets?pageSize=4&recordTime=/t")) {
            await().until(() -> !node.told.pages.isEmpty());
            PollEvents.PageCommitted page = node.told.pages.get(0);
            assertThat(page.fill()).isEqualTo(0.25);
            assertThat(page.lag())
                    .hasValueSatisfying(
                            lag -> assertThat(lag).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(60)));
        }
    }

    @Test
    void mistakesInARouteAreToldWithTheirCure() {
        try (FakeProvider server = new FakeProvider(asked -> feed(asked, 1));
                PollNode node = new PollNode(database, provider(server))) {
            assertThatThrownBy(() -> node.from("poll:acm/packets"))
                    .rootCause()
                    .hasMessageContaining("Known providers: acme");
            assertThatThrownBy(() -> node.from("poll:acme/packets?pagination=pages"))
                    .rootCause()
                    .hasMessageContaining("'pages'");
            assertThatThrownBy(() -> node.from("poll:acme/packets?order=newestFirst"))
                    .rootCause()
                    .hasMessageContaining("mark or recordTime");
            assertThatThrownBy(() -> node.from("poll:acme/packets?records=data"))
                    .rootCause()
                    .hasMessageContaining("start with '/'");
        }
    }
}

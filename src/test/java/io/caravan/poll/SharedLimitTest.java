package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.poll.FakeProvider.Answer;
import io.caravan.poll.FakeProvider.Asked;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The limit of a provider, measured where it counts: at the provider, in every sliding window. Windows are one and a half seconds here instead of a minute. */
@ExtendWith(PostgresExtension.class)
class SharedLimitTest {
    private static final int CALLS = 20;
    private static final long WINDOW_MILLIS = 1_500;

    private final Database database;

    SharedLimitTest(Database database) {
        this.database = database;
    }

    private static Provider provider(FakeProvider server) {
        Provider provider = new Provider();
        provider.setUrl(server.url());
        provider.setCallsPerMinute(CALLS);
        return provider;
    }

    /** Always a full page, after a time that differs from call to call, as on a real network. */
    private static Answer endless(Asked asked) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(40));
        long from = Long.parseLong(asked.query().getOrDefault("cursor", "0"));
        return Answer.json(FakeProvider.page(from, 2, "\"next\":\"" + (from + 2) + "\""));
    }

    /** Most calls that arrived in any window. */
    private static int most(List<Asked> asked) {
        long window = Duration.ofMillis(WINDOW_MILLIS).toNanos();
        List<Long> times = asked.stream().map(Asked::atNanos).sorted().toList();
        int most = 0;
        int first = 0;
        for (int last = 0; last < times.size(); last++) {
            while (times.get(last) - times.get(first) >= window) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    @Test
    void twoNodesWithSeveralStreamsStayUnderTheLimitAndUseItUp() throws Exception {
        try (FakeProvider server = new FakeProvider(SharedLimitTest::endless);
                PollNode one = new PollNode(database, provider(server))
                        .window(WINDOW_MILLIS)
                        .from("poll:acme/packets?pageSize=2");
                PollNode two = new PollNode(database, provider(server))
                        .window(WINDOW_MILLIS)
                        .from("poll:acme/events?pageSize=2");
                PollNode three = new PollNode(database, provider(server))
                        .window(WINDOW_MILLIS)
                        .from("poll:acme/packets?pageSize=2")) {
            await().atMost(Duration.ofSeconds(60)).until(() -> server.asked.size() >= 6 * CALLS);
            assertThat(most(server.asked)).isLessThanOrEqualTo(CALLS).isGreaterThan(CALLS / 2);
            assertThat(one.numbers.isEmpty() ^ three.numbers.isEmpty())
                    .as("one node polls a stream at a time")
                    .isTrue();
            assertThat(two.numbers).isNotEmpty().doesNotHaveDuplicates();
        }
    }

    @Test
    void backfillLivesOnWhatTheLiveStreamLeaves() throws Exception {
        try (FakeProvider server = new FakeProvider(asked -> asked.path().equals("/old")
                        ? Answer.json(FakeProvider.page(
                                0, 2, asked.parameter("page").equals("30") ? "\"more\":false" : "\"more\":true"))
                        : endless(asked));
                PollNode live = new PollNode(database, provider(server))
                        .window(WINDOW_MILLIS)
                        .from("poll:acme/live?pageSize=2")) {
            await().until(() -> live.numbers.size() > 10);
            Future<Exchange> backfill = live.camel
                    .createFluentProducerTemplate()
                    .to(
                            "poll:acme/old?pageSize=2&pagination=page&more=/more&from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z")
                    .asyncSend();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> server.askedAt("/live").size() >= 5 * CALLS);
            assertThat(most(server.asked)).isLessThanOrEqualTo(CALLS);
            assertThat(server.askedAt("/old").size())
                    .isLessThan(server.askedAt("/live").size() / 4);
            assertThat(backfill).as("goes on slowly").isNotDone();
        }
    }
}

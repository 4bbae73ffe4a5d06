package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.poll.FakeProvider.Answer;
import io.caravan.poll.FakeProvider.Asked;
import java.util.stream.LongStream;
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
        long count = Math.min(Long.parseLong(asked.query().get("limit")), available - from);
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
}

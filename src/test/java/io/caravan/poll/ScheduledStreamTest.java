package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.poll.FakeProvider.Answer;
import io.caravan.poll.FakeProvider.Asked;
import io.caravan.poll.PollDecision.Reason;
import io.caravan.simulator.AdjustableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams with a schedule, on a clock that the test sets. */
@ExtendWith(PostgresExtension.class)
class ScheduledStreamTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Database database;
    private final AtomicLong available = new AtomicLong();

    ScheduledStreamTest(Database database) {
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
        provider.setZone("Europe/Amsterdam");
        return provider;
    }

    /** A feed of numbers from 0 whose cursor is the next number. */
    private Answer feed(Asked asked) {
        long from = Long.parseLong(asked.query().getOrDefault("cursor", "0"));
        long count = Math.min(10, available.get() - from);
        return Answer.json(FakeProvider.page(from, count, "\"next\":\"" + (from + count) + "\""));
    }

    private PollNode node(FakeProvider server, AdjustableClock clock) {
        return new PollNode(database, provider(server)).at(clock);
    }

    private static void waits(PollNode node, String pause) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(node.told.waits)
                        .last()
                        .satisfies(wait -> assertThat(wait.reason()).isEqualTo(Reason.SCHEDULE))
                        .extracting(PollEvents.Waiting::pause)
                        .isEqualTo(Duration.parse(pause)));
    }

    private static void hasFetched(PollNode node, long from, long to) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(node.numbers)
                        .containsExactlyElementsOf(
                                LongStream.range(from, to).boxed().toList()));
    }

    @Test
    void aRoundBeginsAtATickAndFollowsFullPagesAtOnce() throws Exception {
        AdjustableClock clock = new AdjustableClock(Instant.parse("2026-05-04T11:50:00Z"));
        available.set(25);
        try (FakeProvider server = new FakeProvider(this::feed);
                PollNode node = node(server, clock).from("poll:acme/packets?pageSize=10&schedule=every 15m")) {
            waits(node, "PT10M");
            assertThat(server.asked).isEmpty();
            clock.advance(Duration.ofMinutes(10));
            hasFetched(node, 0, 25);
            waits(node, "PT15M");
            assertThat(server.asked).hasSize(3);
            available.set(30);
            clock.advance(Duration.ofMinutes(15));
            hasFetched(node, 0, 30);
            waits(node, "PT15M");
            assertThat(server.asked).hasSize(4);
        }
    }

    @Test
    void ticksThatWereMissedWhileDownAreMadeUpOnceAtTheStart() throws Exception {
        AdjustableClock clock = new AdjustableClock(Instant.parse("2026-05-04T12:00:00Z"));
        String daily = "poll:acme/packets?pageSize=10&schedule=@daily&zone=UTC";
        try (FakeProvider server = new FakeProvider(this::feed)) {
            try (PollNode before = node(server, clock).from(daily)) {
                waits(before, "PT12H");
            }
            available.set(5);
            clock.advance(Duration.ofDays(3));
            try (PollNode after = node(server, clock).from(daily)) {
                hasFetched(after, 0, 5);
                waits(after, "PT12H");
                assertThat(server.asked).hasSize(1);
            }
        }
    }

    @Test
    void theClocksOfTheProvidersZoneDecideInSpringAndInAutumn() throws Exception {
        AdjustableClock clock = new AdjustableClock(Instant.parse("2026-03-28T02:00:00Z"));
        try (FakeProvider server = new FakeProvider(this::feed);
                PollNode node = node(server, clock).from("poll:acme/packets?pageSize=10&schedule=30 2 * * *")) {
            waits(node, "PT23H"); // 02:30 is left out on the 29th: its gap ends at 03:00, 01:00 UTC
            available.set(1);
            clock.set(Instant.parse("2026-03-29T01:00:00Z"));
            hasFetched(node, 0, 1);
            waits(node, "PT23H30M");
            available.set(2);
            clock.set(Instant.parse("2026-10-25T00:30:00Z"));
            hasFetched(node, 0, 2);
            waits(node, "PT25H"); // 02:30 comes twice on the 25th and counts once
        }
    }

    @Test
    void aRouteInYamlTakesScheduleAsItIsWritten() throws Exception {
        AdjustableClock clock = new AdjustableClock(Instant.parse("2026-05-08T12:00:00Z"));
        try (FakeProvider server = new FakeProvider(this::feed);
                PollNode node = node(server, clock)) {
            PluginHelper.getRoutesLoader(node.camel).loadRoutes(ResourceHelper.fromString("scheduled.yaml", """
                            - route:
                                from:
                                  uri: poll:acme/packets
                                  parameters: {schedule: "0 6 * * FRI#2; */40 22 * * MON-FRI", zone: America/New_York}
                                  steps:
                                    - log: "${body}"
                            """));
            node.camel.start();
            waits(node, "PT14H"); // 22:00 in New York; the second Friday of May was at 06:00
        }
    }

    @Test
    void aScheduleThatCannotBeReadStopsTheStartWithItsCure() {
        try (FakeProvider server = new FakeProvider(this::feed);
                PollNode node = new PollNode(database, provider(server))) {
            assertThatThrownBy(() -> node.from("poll:acme/packets?schedule=0 25 * * *"))
                    .rootCause()
                    .hasMessageContaining("25");
            assertThatThrownBy(() -> node.from("poll:acme/packets?schedule=0 0 30 2 *"))
                    .hasStackTraceContaining("never ticks; change the day of month or the month");
            assertThatThrownBy(() -> node.from("poll:acme/packets?schedule=every soon"))
                    .hasStackTraceContaining("names no period; write it such as");
            assertThatThrownBy(() -> node.from("poll:acme/packets?schedule=@daily&zone=Amsterdam"))
                    .hasStackTraceContaining("zone: 'Amsterdam' is unknown; use a name such as Europe/Amsterdam");
        }
    }
}

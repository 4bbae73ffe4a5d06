package io.caravan.database.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class OutboxTest {
    private static final Duration SWEEP = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final Database database;
    private final List<OutboxDelivery> nodes = new ArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private Subscribers here = new Subscribers();

    OutboxTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void empty() {
        Query.of("delete from caravan.outbox_subscription").on(database).update();
    }

    @AfterEach
    void stop() {
        nodes.forEach(OutboxDelivery::close);
    }

    /** What a route does with a notice. */
    private interface Step {
        void take(Told notice) throws Exception;
    }

    private record Route(String route, Wants wants, Step step) implements Subscriber {
        @Override
        public void tell(Told notice) throws Exception {
            step.take(notice);
        }
    }

    @Test
    void eachRouteHearsWhatItWants() {
        here.add(new Route("all", Wants.everything(), told -> heard.add("all " + told.label("kind"))));
        here.add(new Route(
                "failures",
                Wants.everything().only("kind", List.of("failed")),
                told -> heard.add("failures " + told.label("kind"))));
        here.add(new Route(
                "acme",
                Wants.everything().only("fleet", List.of("acme/*")).only("kind", List.of("failed", "late")),
                told -> heard.add("acme " + told.label("kind"))));
        node();

        tell("1", Map.of("kind", "failed", "fleet", "zeta/1"));
        tell("2", Map.of("kind", "late", "fleet", "acme/1"));
        tell("3", Map.of("kind", "done"));

        await().untilAsserted(() -> assertThat(heard)
                .containsExactlyInAnyOrder("all failed", "failures failed", "all late", "acme late", "all done"));
        await().untilAsserted(() -> assertThat(waiting()).isZero());
    }

    @Test
    void signsOfPatternsAreOnlyTextInWhatIsWanted() {
        here.add(new Route(
                "percent",
                Wants.everything().only("fleet", List.of("a%c", "x_z")),
                told -> heard.add(told.label("fleet"))));
        node();

        for (String fleet : List.of("abc", "a%c", "xyz", "x_z")) {
            tell(fleet, Map.of("fleet", fleet));
        }

        await().untilAsserted(() -> assertThat(heard).containsExactlyInAnyOrder("a%c", "x_z"));
    }

    @Test
    void nothingIsToldOfWhatWasUndone() {
        here.add(new Route("all", Wants.everything(), told -> heard.add(told.label("kind"))));
        node();

        assertThatThrownBy(() -> database.runInTransaction(connection -> {
                    tell("1", Map.of("kind", "undone"));
                    throw new IllegalStateException("undone");
                }))
                .hasMessage("undone");
        tell("1", Map.of("kind", "done"));

        await().untilAsserted(() -> assertThat(heard).containsExactly("done"));
    }

    @Test
    void whatARouteCouldNotProcessIsToldAgainAndItsFollowersWait() {
        Map<String, Integer> failures = new HashMap<>(Map.of("opened", 2));
        here.add(new Route("shaky", Wants.everything(), told -> {
            if (failures.merge(told.label("kind"), -1, Integer::sum) >= 0) {
                throw new IllegalStateException("not now");
            }
            heard.add(told.label("kind") + " " + told.tries());
        }));
        node();

        tell("silence 1", Map.of("kind", "opened"));
        tell("silence 1", Map.of("kind", "recovered"));
        tell("silence 2", Map.of("kind", "other"));

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(heard).containsExactly("other 0", "opened 2", "recovered 0"));
    }

    @Test
    void whatAFailingRouteWroteIsUndone() {
        Query.of("create table if not exists public.written (text text)")
                .on(database)
                .update();
        here.add(new Route("writer", Wants.everything(), told -> {
            Query.of("insert into public.written values (:text)")
                    .on(database)
                    .set("text", "try " + told.tries())
                    .update();
            if (told.tries() == 0) {
                throw new IllegalStateException("after the insert");
            }
        }));
        node();

        tell("1", Map.of());

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(Query.of("select text from public.written")
                                .on(database)
                                .list(row -> row.getString(1)))
                        .containsExactly("try 1"));
    }

    @Test
    void aSlowRouteKeepsNobodyWaiting() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        here.add(new Route("slow", Wants.everything(), told -> release.await()));
        here.add(new Route("quick", Wants.everything(), told -> heard.add(told.label("kind"))));
        node();

        tell("1", Map.of("kind", "news"));

        await().untilAsserted(() -> assertThat(heard).containsExactly("news"));
        release.countDown();
    }

    @Test
    void whatComesWhileARouteIsAwayWaitsForIt() {
        Route route = new Route("away", Wants.everything(), told -> heard.add(told.label("kind")));
        here.add(route);
        node();
        here.remove(route);

        tell("1", Map.of("kind", "meanwhile"));
        assertThat(waiting()).isEqualTo(1);
        here.add(route);

        await().untilAsserted(() -> assertThat(heard).containsExactly("meanwhile"));
    }

    @Test
    void twoNodesTellEachNoticeOnceAndInOrder() {
        for (int node = 0; node < 2; node++) {
            here = new Subscribers();
            here.add(new Route("shared", Wants.everything(), told -> heard.add(told.label("kind"))));
            node();
        }

        List<String> kinds = IntStream.range(0, 200).mapToObj(String::valueOf).toList();
        kinds.forEach(kind -> tell("one key", Map.of("kind", kind)));

        await().untilAsserted(() -> assertThat(waiting()).isZero());
        assertThat(heard).containsExactlyElementsOf(kinds);
    }

    private void node() {
        OutboxDelivery delivery = new OutboxDelivery(database, Clock.systemUTC(), "test", here, SWEEP);
        nodes.add(delivery);
        delivery.start();
    }

    private void tell(String key, Map<String, String> labels) {
        new Outbox(database, "test").tell(List.of(new Notice(key, labels, "{}")), NOW);
    }

    private long waiting() {
        return Query.of("select count(*) from caravan.outbox_notice")
                .on(database)
                .first(row -> row.getLong(1))
                .orElseThrow();
    }
}

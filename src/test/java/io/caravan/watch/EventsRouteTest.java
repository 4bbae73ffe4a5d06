package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.episode.Account;
import io.caravan.watch.episode.CaughtUp;
import io.caravan.watch.episode.CloseReason;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.Episodes;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.Subject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Routes that begin with {@code watch:events}. The troubles are of a kind that the watchdog itself leaves alone. */
@ExtendWith(PostgresExtension.class)
class EventsRouteTest {
    private final Database database;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Map<String, Queue<String>> heard = new ConcurrentHashMap<>();

    EventsRouteTest(Database database) {
        this.database = database;
        camel.getRegistry().bind("database", database);
    }

    @AfterEach
    void stop() throws IOException {
        camel.close();
        // else those of another test would wait for the routes of this one
        Query.of("truncate caravan.outbox_subscription, caravan.outbox_notice")
                .on(database)
                .update();
    }

    private void listen(Map<String, String> options) throws Exception {
        for (Map.Entry<String, String> route : options.entrySet()) {
            Queue<String> its = new ConcurrentLinkedQueue<>();
            heard.put(route.getKey(), its);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("watch:events" + route.getValue())
                            .routeId(route.getKey())
                            .process(exchange -> its.add(exchange.getMessage()
                                            .getHeader(WatchHeaders.EVENT, String.class)
                                    + " "
                                    + exchange.getMessage().getBody(Map.class).get("fleet")));
                }
            });
        }
        camel.start();
    }

    private Queue<String> of(String route) {
        return heard.getOrDefault(route, new ConcurrentLinkedQueue<>());
    }

    @Test
    void eachRouteIsToldWhatItChoosesExactlyOnceAndInOrder() throws Exception {
        listen(Map.of(
                "all", "",
                "graveOpenings", "?kind=opened&severity=high,critical",
                "tulips", "?provider=ac*&tenant=tulip",
                "credentials", "?cause=credentials",
                "others", "?trouble=silent"));
        Episodes episodes =
                camel.getComponent("watch", WatchComponent.class).node().episodes();
        Instant now = Instant.now();

        Episode north = open(episodes, "acme/north", "tulip", Severity.HIGH, Cause.CREDENTIALS, now);
        open(episodes, "beta/south", "rose", Severity.MEDIUM, Cause.UNKNOWN, now);
        database.runInTransaction(connection -> episodes.close(
                subject("acme/north", "tulip"), north, CloseReason.RECOVERED, CaughtUp.NOTHING, now.plusSeconds(60)));

        await().atMost(Duration.ofSeconds(60)).until(() -> of("all").size() >= 3 && waiting() == 0);
        assertThat(of("all"))
                .containsExactlyInAnyOrder("opened acme/north", "opened beta/south", "recovered acme/north");
        assertThat(of("graveOpenings")).containsExactly("opened acme/north");
        assertThat(of("tulips")).containsExactly("opened acme/north", "recovered acme/north");
        assertThat(of("credentials")).containsExactly("opened acme/north", "recovered acme/north");
        assertThat(of("others")).isEmpty();
    }

    @Test
    void aRouteStaysInTheTransactionInWhichItIsTold() throws Exception {
        Queue<Boolean> inTransaction = new ConcurrentLinkedQueue<>();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("watch:events").threads(2).process(exchange -> inTransaction.add(database.isInTransaction()));
            }
        });
        camel.start();
        Episodes episodes =
                camel.getComponent("watch", WatchComponent.class).node().episodes();

        open(episodes, "acme/east", "tulip", Severity.HIGH, Cause.CREDENTIALS, Instant.now());

        await().until(() -> !inTransaction.isEmpty());
        assertThat(inTransaction).containsExactly(true);
    }

    private int waiting() {
        Query query = Query.of("select count(*) as n from caravan.outbox_notice");
        return query.on(database).first(row -> row.getInt("n")).orElse(0);
    }

    private Episode open(Episodes episodes, String fleet, String tenant, Severity severity, Cause cause, Instant now) {
        Finding finding =
                new Finding(cause, 0.9, severity, "A cause", "calls say so", "Do.", Optional.empty(), List.of());
        Account account = new Account(
                fleet + ": a trouble.", List.of(), severity, Optional.of(finding), 1, List.of(), Optional.empty());
        return database.inTransaction(
                connection -> episodes.open(subject(fleet, tenant), EpisodeKind.TOO_MANY_FLEETS, now, account, now));
    }

    private Subject subject(String fleet, String tenant) {
        SeriesRepository repository = new SeriesRepository(database);
        repository.findOrCreate(SeriesKind.FLEET, List.of(fleet), Instant.now());
        Series series = repository.find(SeriesKind.FLEET, fleet).orElseThrow();
        return new Subject(
                series,
                1,
                series.provider(),
                Optional.of(tenant),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ZoneOffset.UTC);
    }
}

package io.caravan.dedup;

import static io.caravan.dedup.Repositories.NOON;
import static io.caravan.dedup.Repositories.batch;
import static io.caravan.dedup.Repositories.fresh;
import static io.caravan.dedup.Repositories.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.batch.Batch;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;

/** {@code dedup:} and the idempotent repository in real routes, written as engineers write them. */
@ExtendWith(PostgresExtension.class)
class DedupRouteTest {
    private final HandClock clock = new HandClock(NOON);
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<Object> done = new CopyOnWriteArrayList<>();
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final String name = fresh();

    DedupRouteTest(Database database) {
        camel.getRegistry().bind("database", database);
        camel.getRegistry().bind("clock", Clock.class, clock);
        camel.getRegistry().bind("work", (Processor) this::work);
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    /** Fails as often as a test wants, then notes the body. */
    private void work(Exchange exchange) {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("work failed");
        }
        done.add(exchange.getMessage().getBody());
        logged.add(MDC.get("caravan.batch") + " in " + MDC.get("caravan.route"));
    }

    @Test
    void aBatchGoesOnWithoutWhatWasSeen() throws Exception {
        start("""
            - route:
                from:
                  uri: direct:packets
                  steps:
                    - to: dedup:NAME?key=car,/gps/lat&window=30m&numbers=exact
                    - to: bean:work
            """);
        Exchange first = send(batch("{\"car\":1}", "{\"car\":2}"));
        Exchange second = send(batch("{\"car\":2,\"more\":0}", "{\"car\":3}"));
        assertThat(first.getMessage().getHeader(DedupHeaders.DROPPED)).isEqualTo(0);
        assertThat(second.getMessage().getHeader(DedupHeaders.DROPPED)).isEqualTo(1);
        assertThat(texts((Batch) done.get(1))).containsExactly("{\"car\":3}");
    }

    @Test
    void stockBodiesAreBatchesToo() throws Exception {
        start("""
            - route:
                from:
                  uri: direct:packets
                  steps:
                    - to: dedup:NAME?key=car
                    - to: bean:work
            """);
        send(List.of(Map.of("car", 1), Map.of("car", 2)));
        Exchange second = send("[{\"car\":2.0},{\"car\":3}]");
        assertThat(second.getException()).isNull();
        assertThat(second.getMessage().getHeader(DedupHeaders.DROPPED)).isEqualTo(1);
    }

    @Test
    void whatFailsLaterInTheRouteIsUnseenAgain() throws Exception {
        start("""
            - route:
                from:
                  uri: direct:packets
                  steps:
                    - to: dedup:NAME
                    - to: bean:work
            """);
        failures.set(1);
        assertThat(send(batch("{\"car\":1}")).getException()).hasMessage("work failed");
        send(batch("{\"car\":1}"));
        send(batch("{\"car\":1}"));
        assertThat(done).extracting(body -> ((Batch) body).size()).containsExactly(1, 0);
    }

    @Test
    void theDroppedRecordsArriveOnceAtEachReader() throws Exception {
        start("""
            - route:
                from:
                  uri: direct:packets
                  steps:
                    - to: dedup:NAME?key=car
            - route:
                id: duplicates-of-NAME
                from:
                  uri: dedup:NAME
                  parameters: {maxRecords: 2, delay: 50}
                  steps:
                    - to: bean:work
            """);
        send(batch("{\"car\":1}", "{\"car\":2}", "{\"car\":3}"));
        failures.set(1);
        send(batch("{\"car\":3,\"again\":1}", "{\"car\":2,\"again\":1}", "{\"car\":1,\"again\":1}"));
        await().untilAsserted(() -> assertThat(done.stream().flatMap(body -> texts((Batch) body).stream()))
                .containsExactly("{\"car\":3,\"again\":1}", "{\"car\":2,\"again\":1}", "{\"car\":1,\"again\":1}"));
        send(batch("{\"car\":1,\"again\":2}"));
        await().untilAsserted(() -> assertThat(done).hasSize(3));
        assertThat(((Batch) done.get(0)).source()).isEqualTo("dedup:" + name);
        assertThat(logged)
                .as("what log lines of the route are about")
                .startsWith(((Batch) done.get(0)).id() + " in duplicates-of-" + name);
    }

    @Test
    void theIdempotentConsumerSkipsMessagesThatWereDone() throws Exception {
        startIdempotent("");
        failures.set(1);
        assertThat(message("1", "one").getException()).isNotNull();
        List.of("one", "again").forEach(body -> message("1", body));
        message("2", "two");
        assertThat(done).containsExactly("one", "two");
    }

    @Test
    void removeOnFailureFalseKeepsTheKeyOfAFailedMessage() throws Exception {
        startIdempotent("removeOnFailure: false");
        failures.set(1);
        message("1", "one");
        clock.pass(Duration.ofMinutes(20));
        message("1", "one");
        assertThat(done).isEmpty();
    }

    @Test
    void notEagerAddsTheKeyWhenTheMessageIsDone() throws Exception {
        startIdempotent("eager: false");
        failures.set(1);
        message("1", "one");
        message("1", "one");
        message("1", "one");
        clock.pass(Duration.ofMinutes(20));
        message("1", "one");
        assertThat(done).containsExactly("one");
    }

    @Test
    void skipDuplicateFalseMarksDuplicatesWhoseFailureForgetsNothing() throws Exception {
        startIdempotent("skipDuplicate: false");
        message("1", "one");
        failures.set(1);
        Exchange duplicate = message("1", "two");
        assertThat(duplicate.getProperty(Exchange.DUPLICATE_MESSAGE)).isEqualTo(true);
        assertThat(message("1", "three").getProperty(Exchange.DUPLICATE_MESSAGE))
                .isEqualTo(true);
    }

    @Test
    void completionEagerConfirmsAtTheEndOfTheBlock() throws Exception {
        startIdempotent("completionEager: true");
        message("1", "one");
        clock.pass(Duration.ofMinutes(20));
        message("1", "one");
        assertThat(done).containsExactly("one");
    }

    private void startIdempotent(String option) throws Exception {
        start("""
            - beans:
                - name: seen
                  type: io.caravan.dedup.DedupIdempotentRepository
                  properties: {name: NAME, window: 30m}
            - route:
                from:
                  uri: direct:packets
                  steps:
                    - idempotentConsumer:
                        idempotentRepository: seen
                        header: id
                        OPTION
                        steps:
                          - to: bean:work
            """.replace("OPTION", option));
    }

    private void start(String yaml) throws Exception {
        Resource route = ResourceHelper.fromString("route.camel.yaml", yaml.replace("NAME", name));
        PluginHelper.getRoutesLoader(camel).loadRoutes(route);
        camel.start();
    }

    private Exchange message(String id, String body) {
        return send(body, Map.of("id", id));
    }

    private Exchange send(Object body) {
        return send(body, Map.of());
    }

    private Exchange send(Object body, Map<String, Object> headers) {
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            return template.send("direct:packets", exchange -> {
                exchange.getMessage().setBody(body);
                exchange.getMessage().setHeaders(new HashMap<>(headers));
            });
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.batch.CaravanHeaders;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class ArrivalsRouteTest {
    private final SeriesRepository series;
    private final ArrivalRepository repository;
    private final DefaultCamelContext camel = new DefaultCamelContext();

    ArrivalsRouteTest(Database database) {
        this.series = new SeriesRepository(database);
        this.repository = new ArrivalRepository(database);
        camel.getRegistry().bind("database", database);
    }

    @AfterEach
    void stop() throws IOException {
        camel.close();
    }

    private ArrivalReport sendTo(String uri, Object body, Map<String, Object> headers) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri);
            }
        });
        camel.start();
        Exchange exchange = camel.createProducerTemplate().send("direct:in", sent -> {
            sent.getMessage().setBody(body);
            sent.getMessage().setHeaders(new java.util.HashMap<>(headers));
        });
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isEqualTo(body);
        return exchange.getMessage().getHeader(WatchHeaders.ARRIVALS, ArrivalReport.class);
    }

    @Test
    void aListOfMapsIsCountedToo() throws Exception {
        Queue<ArrivalReport> heard = new ConcurrentLinkedQueue<>();
        camel.getRegistry().bind("listener", new WatchEvents() {
            @Override
            public void arrived(ArrivalReport report) {
                heard.add(report);
            }
        });

        ArrivalReport report = sendTo(
                "watch:arrivals?fleet=/fleet_id&vehicle=/car_id&time=/rtc_time",
                List.of(Map.of(
                        "fleet_id",
                        "north",
                        "car_id",
                        7,
                        "rtc_time",
                        Instant.now().toString())),
                Map.of());

        assertThat(report.provider()).isEqualTo("direct");
        assertThat(heard).containsExactly(report);
        assertThat(series.find(SeriesKind.FLEET, "direct/north")).isPresent();
    }

    @Test
    void aStreamOfOneFleetNamesItAndItsProviderInTheRoute() throws Exception {
        ArrivalReport report = sendTo(
                "watch:arrivals?fleet='acme-nl'&provider=acme&time=ts&epoch=seconds",
                List.of(Map.of("ts", Instant.now().getEpochSecond())),
                Map.of());

        assertThat(report.packets()).isEqualTo(1);
        assertThat(series.find(SeriesKind.FLEET, "acme/acme-nl")).isPresent();
    }

    @Test
    void whatPollFetchesAgainIsNoSignOfLife() throws Exception {
        ArrivalReport report = sendTo(
                "watch:arrivals?fleet=fleet",
                List.of(Map.of("fleet", "past")),
                Map.of(
                        CaravanHeaders.BACKFILL,
                        true,
                        CaravanHeaders.BATCH_SOURCE,
                        "poll:acme/packets?from=2026-01-01T00:00:00Z"));

        assertThat(report.live()).isFalse();
        long id = series.find(SeriesKind.FLEET, "acme/past").orElseThrow().id();
        assertThat(repository.pulses(List.of(id)).get(0).lastArrivalAt()).isEmpty();
    }

    @Test
    void optionsThatCannotBeAreRefusedWithTheirCure() {
        refused("watch:arrivals", "fleet is '', which names nothing in a record");
        refused("watch:arrivals?fleet=/a&provider=a/b", "provider is 'a/b'");
        refused("watch:arrivals?fleet=/a&timezone=Mars", "timezone is 'Mars', which is no time zone");
        refused("watch:arrival?fleet=/a", "watch:arrival is unknown; use watch:arrivals");
    }

    private void refused(String uri, String message) {
        assertThatThrownBy(() -> camel.getEndpoint(uri)).hasStackTraceContaining(message);
    }
}

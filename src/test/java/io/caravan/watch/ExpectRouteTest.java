package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.expect.WatchWindow;
import io.caravan.watch.expect.WindowRepository;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Routes that say {@code to: watch:expect}. */
@ExtendWith(PostgresExtension.class)
class ExpectRouteTest {
    private static final Instant NOW = Instant.parse("2026-03-03T09:00:00Z");

    private final Database database;
    private final DefaultCamelContext camel = new DefaultCamelContext();

    ExpectRouteTest(Database database) {
        this.database = database;
        camel.getRegistry().bind("database", database);
        camel.getRegistry().bind("clock", new HandClock(NOW));
        Query.of("truncate caravan.watch_window, caravan.watch_audit")
                .on(database)
                .update();
        // it would take the fleets from their tenant, as nothing is written of them
        camel.getComponent("watch", WatchComponent.class).setAutoStartWatchdog(false);
        SeriesRepository series = new SeriesRepository(database);
        series.findOrCreate(SeriesKind.FLEET, List.of("acme/north", "acme/south"), NOW);
        series.findOrCreate(SeriesKind.TENANT, List.of("tulip"), NOW);
        series.find(SeriesKind.TENANT, "tulip")
                .ifPresent(tenant -> series.join(
                        tenant.id(),
                        series.all(SeriesKind.FLEET).stream().map(Series::id).toList()));
    }

    @AfterEach
    void stop() throws IOException {
        camel.close();
    }

    private Exchange send(String uri, Map<String, Object> body) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").routeId("hand").to(uri);
            }
        });
        camel.start();
        return camel.createProducerTemplate()
                .request("direct:in", exchange -> exchange.getMessage().setBody(body));
    }

    private List<WatchWindow> windows() {
        return new WindowRepository(database).endingAfter(NOW);
    }

    @Test
    void aRouteSaysThatTheSilenceOfAFleetIsExpected() throws Exception {
        Exchange exchange = send(
                "watch:expect?fleet=${body[fleet]}&until=2026-03-05&by=${body[who]}&note=works holiday",
                Map.of("fleet", "north", "who", "ada by slack"));

        assertThat(exchange.getMessage().getHeader(WatchHeaders.EXPECTED)).isEqualTo(1);
        assertThat(windows()).singleElement().satisfies(window -> {
            assertThat(window.fleets()).isEqualTo("acme/north");
            assertThat(window.from()).isEqualTo(NOW);
            assertThat(window.until()).isEqualTo(Instant.parse("2026-03-05T00:00:00Z"));
            assertThat(window.note()).isEqualTo("works holiday");
        });
        assertThat(new AuditRepository(database).list("", 10))
                .extracting(AuditRepository.Entry::who)
                .containsExactly("ada by slack");
    }

    @Test
    void aMergedStreamMeansItsFleets() throws Exception {
        Exchange exchange = send(
                "watch:expect?stream=${body[kind]}/${body[name]}&until=${body[until]}&maintenance=true",
                Map.of("kind", "tenant", "name", "tulip", "until", "2026-03-03T12:00:00Z"));

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeader(WatchHeaders.EXPECTED)).isEqualTo(2);
        assertThat(windows()).extracting(WatchWindow::fleets).containsExactlyInAnyOrder("acme/north", "acme/south");
        assertThat(windows()).extracting(WatchWindow::createdBy).containsOnly("route hand");
    }

    @Test
    void whatCantBeIsToldAndChangesNothing() throws Exception {
        Exchange exchange = send(
                "watch:expect?stream=${body[stream]}&until=${body[until]}",
                Map.of("stream", "fleet/acme/west", "until", "2026-03-05"));
        assertThat(exchange.getException()).hasMessageContaining("There is no fleet 'acme/west'");

        assertThat(camel.createProducerTemplate()
                        .request(
                                "direct:in",
                                late -> late.getMessage()
                                        .setBody(Map.of("stream", "fleet/acme/north", "until", "2026-03-01")))
                        .getException())
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(windows()).isEmpty();
    }

    @Test
    void anEndAndWhomItIsAboutAreNeededWhenTheRouteIsLoaded() {
        assertThatThrownBy(() -> camel.getEndpoint("watch:expect?until=2026-03-05"))
                .hasStackTraceContaining("either fleet");
        assertThatThrownBy(() -> camel.getEndpoint("watch:expect?fleet=north")).hasStackTraceContaining("until");
    }
}

package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import io.caravan.watch.Account;
import io.caravan.watch.Author;
import io.caravan.watch.EpisodeKind;
import io.caravan.watch.FleetOperations;
import io.caravan.watch.Series;
import io.caravan.watch.SeriesKind;
import io.caravan.watch.SeriesRepository;
import io.caravan.watch.Subject;
import io.caravan.watch.WatchComponent;
import io.caravan.watch.WatchNode;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.detect.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The route that makes incidents of what the watchdog tells, as shipped. */
@ExtendWith(PostgresExtension.class)
class WatchAlertsRouteTest {
    private static final String NORTH = "acme/north";

    private final Database database;
    private final DefaultCamelContext camel = new DefaultCamelContext();

    WatchAlertsRouteTest(Database database) {
        this.database = database;
        camel.getRegistry().bind("database", database);
    }

    @AfterEach
    void stop() throws IOException {
        camel.close();
    }

    private String incident() {
        return Query.of("select key || ' ' || state as told from caravan.alert_incident order by number desc limit 1")
                .on(database)
                .first(row -> row.getString("told"))
                .orElse("");
    }

    @Test
    void aTroubleThatSomebodyExpectsIsNoIncidentAnyMore() throws Exception {
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(PluginHelper.getResourceLoader(camel)
                        .resolveResource("file:" + Path.of("routes/watch/alerts.camel.yaml")));
        camel.start();
        WatchNode node = camel.getComponent("watch", WatchComponent.class).node();
        SeriesRepository series = new SeriesRepository(database);
        Instant now = Instant.now();
        series.findOrCreate(SeriesKind.FLEET, List.of(NORTH), now);
        Series north = series.find(SeriesKind.FLEET, NORTH).orElseThrow();
        Subject subject = new Subject(
                north,
                1,
                Optional.of("acme"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ZoneOffset.UTC);

        database.inTransaction(connection -> node.episodes()
                .open(
                        subject,
                        EpisodeKind.TOO_MANY_FLEETS, // which no watchdog ends meanwhile
                        now,
                        new Account(
                                "It is silent.",
                                List.of(),
                                Severity.HIGH,
                                Optional.empty(),
                                1,
                                List.of(),
                                Optional.empty()),
                        now));
        await().atMost(Duration.ofSeconds(60)).until(() -> incident().endsWith("OPEN"));
        assertThat(incident()).isEqualTo("watch/fleet/acme/north/too-many-fleets OPEN");

        new FleetOperations(database, Clock.systemUTC(), node.profiles())
                .expect(new Author("ann", ""), NORTH, Window.Kind.EXPECTED, now, now.plusSeconds(3_600), "snow");
        await().atMost(Duration.ofSeconds(60)).until(() -> incident().endsWith("RESOLVED"));
    }
}

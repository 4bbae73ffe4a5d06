package io.caravan.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.batch.CaravanHeaders;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class LoadRouteTest {
    private final LoadFixture fixture;
    private final DefaultCamelContext camel = new DefaultCamelContext();

    LoadRouteTest(Database database) {
        this.fixture = new LoadFixture(database);
        camel.getRegistry().bind("database", database);
    }

    @BeforeEach
    void freshTables() {
        fixture.sql("""
                DROP SCHEMA IF EXISTS rides CASCADE;
                CREATE SCHEMA rides;
                CREATE TABLE rides.ride (ride_id int NOT NULL, car text NOT NULL, details jsonb, seen boolean);
                CREATE TABLE rides."My.Ride" (ride_id int PRIMARY KEY);
                TRUNCATE caravan.rejected, caravan.duplicate, caravan.load_batch, caravan.load_file""");
    }

    @AfterEach
    void stop() throws IOException {
        camel.close();
    }

    private void route(RouteBuilder route) throws Exception {
        camel.addRoutes(route);
        camel.start();
    }

    private void routeTo(String uri) throws Exception {
        route(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri);
            }
        });
    }

    private Exchange send(Object body, Map<String, Object> headers) {
        return camel.createProducerTemplate().send("direct:in", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
        });
    }

    private Exchange send(Object body) {
        return send(body, Map.of());
    }

    private static LoadReport report(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getHeader(LoadHeaders.LOAD_REPORT, LoadReport.class);
    }

    @Test
    void aBatchIsLoadedAndGoesOnWithItsReportInAHeader() throws Exception {
        routeTo("load:rides.ride");

        Exchange exchange = send(LoadFixture.batch("{\"rideId\": 1, \"car\": \"a\"}", "{\"rideId\": 2}"));

        assertThat(report(exchange).summary()).contains("staged=2 validated=1 duplicate=0 rejected=1");
        assertThat(exchange.getMessage().getBody()).isInstanceOf(io.caravan.batch.Batch.class);
    }

    @Test
    void aTableWithAStrangeNameIsQuoted() throws Exception {
        routeTo("load:rides.\"My.Ride\"");

        assertThat(report(send(LoadFixture.batch("{\"ride_id\": 1}"))).validated())
                .isEqualTo(1);
    }

    @Test
    void aRouteWhoseTableIsMissingDoesNotStart() {
        assertThatThrownBy(() -> routeTo("load:rides.rid"))
                .rootCause()
                .hasMessageStartingWith("There is no table rides.rid, so nothing was loaded. Did you mean rides.ride?");
    }

    @Test
    void anOptionThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> routeTo("load:rides.ride?mod=upsert"))
                .isInstanceOf(FailedToCreateRouteException.class);
    }

    @Test
    void reportsAndRejectsAreNewsForOtherRoutes() throws Exception {
        Queue<Object> news = new ConcurrentLinkedQueue<>();
        Queue<Object> rejects = new ConcurrentLinkedQueue<>();
        route(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("load:rides.ride");
                from("load:rides.ride")
                        .process(exchange -> news.add(exchange.getMessage().getBody()));
                from("load:rides.ride?on=rejected")
                        .process(exchange -> rejects.add(exchange.getMessage().getBody()));
            }
        });

        Exchange exchange =
                send(LoadFixture.batch("{\"ride_id\": 1, \"car\": \"a\"}", "{\"ride_id\": \"?\", \"car\": \"b\"}"));

        await().until(() -> !rejects.isEmpty() && !news.isEmpty());
        assertThat(news).containsExactly(report(exchange));
        assertThat(rejects)
                .singleElement()
                .satisfies(body -> assertThat((List<?>) body)
                        .singleElement()
                        .satisfies(reject ->
                                assertThat(((RejectedRecord) reject).reason()).isEqualTo(Reason.type)));
    }

    @Test
    void aCsvFileStreamsThroughInChunks(@TempDir Path folder) throws Exception {
        StringBuilder csv = new StringBuilder("\uFEFFrideId,car,details,seen\r\n");
        for (int i = 1; i <= 25; i++) {
            csv.append(i)
                    .append(",\"a \"\"big\"\" car,\r\nred\",\"{\"\"wheels\"\": 4}\",")
                    .append(i % 2 == 0 ? "yes" : "")
                    .append("\r\n");
        }
        Path file = write(folder, "rides.csv", csv + "rideId,car,details,seen\r\n26,x\r\n");
        routeTo("load:rides.ride?chunkSize=10");

        LoadReport report = report(send(file.toFile()));

        assertThat(report.summary()).contains("staged=27 validated=25 duplicate=0 rejected=2");
        assertThat(fixture.column("SELECT DISTINCT car || details FROM rides.ride"))
                .containsExactly("a \"big\" car,\r\nred{\"wheels\": 4}");
        assertThat(fixture.column("SELECT seen FROM rides.ride WHERE ride_id < 3 ORDER BY ride_id"))
                .containsExactly("null", "t");
        assertThat(fixture.column("SELECT count(*) FROM caravan.load_batch")).containsExactly("3");
        assertThat(fixture.rejects("rides.ride")).hasSize(2);
    }

    @Test
    void aFileThatIsReadAgainAfterItWasLoadedAddsNothing(@TempDir Path folder) throws Exception {
        Path file =
                write(folder, "rides.ndjson", "{\"ride_id\": 1, \"car\": \"a\"}\n{\"ride_id\": 2, \"car\": \"b\"}\n");
        routeTo("load:rides.ride?chunkSize=1");
        send(file.toFile());

        assertThat(report(send(file.toFile())).staged()).isZero();
        assertThat(fixture.column("SELECT count(*) FROM rides.ride")).containsExactly("2");
    }

    @Test
    void aStreamWithoutANameIsOneTransaction() throws Exception {
        routeTo("load:rides.ride?format=ndjson&chunkSize=1");

        assertThat(report(send(stream("{\"ride_id\": 1, \"car\": \"a\"}\n{\"ride_id\": 2, \"car\": \"b\"}\n")))
                        .validated())
                .isEqualTo(2);
    }

    @Test
    void filesOfAFolderAreLoadedByTheFileComponent(@TempDir Path folder) throws Exception {
        write(folder, "rides.csv", "ride_id,car\n1,a\n2,b\n");
        route(new RouteBuilder() {
            @Override
            public void configure() {
                from("file:" + folder + "?initialDelay=0&delay=100").to("load:rides.ride");
            }
        });

        await().atMost(Duration.ofSeconds(10))
                .until(() -> fixture.column("SELECT count(*) FROM rides.ride").equals(List.of("2")));
    }

    @Test
    void progressIsToldAfterEachChunkWithTheTimeThatIsLeft(@TempDir Path folder) throws Exception {
        Queue<LoadProgress> told = new ConcurrentLinkedQueue<>();
        camel.getRegistry().bind("events", new LoadEvents() {
            @Override
            public void progressed(LoadProgress progress) {
                told.add(progress);
            }
        });
        Path file = write(folder, "rides.csv", "ride_id,car\n1,a\n2,b\n3,c\n");
        routeTo("load:rides.ride?chunkSize=2");

        send(file.toFile());

        assertThat(told).extracting(LoadProgress::records).containsExactly(2L, 3L);
        assertThat(told).extracting(LoadProgress::done).containsExactly(false, true);
        assertThat(told)
                .allSatisfy(progress -> assertThat(progress.bytesTotal()).isEqualTo(24));
    }

    @Test
    void aLoadInTwoStepsPromotesWhatWasStagedUnderItsRun(@TempDir Path folder) throws Exception {
        Path file = write(folder, "rides.csv", "ride_id,car\n1,a\n2,\n3,c\n");
        route(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("load:rides.ride?phase=stage");
                from("direct:promote").to("load:rides.ride?phase=promote");
            }
        });
        Map<String, Object> run = Map.of(LoadHeaders.RUN_ID, "rides/2026-03-01", CaravanHeaders.BATCH_SOURCE, "x");
        send(file.toFile(), run);

        Exchange again = send(file.toFile(), run);

        assertThat(again.getMessage().getHeader(LoadHeaders.STAGED)).isEqualTo(3L);
        assertThat(fixture.column("SELECT count(*) FROM rides.ride")).containsExactly("0");
        for (int i = 0; i < 2; i++) {
            Exchange promoted = camel.createProducerTemplate()
                    .send("direct:promote", exchange -> exchange.getMessage().setHeaders(new java.util.HashMap<>(run)));
            assertThat(report(promoted).summary()).contains("staged=3 validated=2 duplicate=0 rejected=1");
        }
        assertThat(fixture.column("SELECT count(*) FROM rides.ride")).containsExactly("2");
        assertThat(fixture.column(
                        "SELECT count(*) FROM pg_class WHERE relname LIKE 'load\\_staged\\_%' AND relkind = 'r'"))
                .containsExactly("0");
    }

    @Test
    void promotingWhatWasNeverStagedSaysSo() throws Exception {
        routeTo("load:rides.ride?phase=promote");

        assertThat(send("", Map.of(LoadHeaders.RUN_ID, "r1")).getException())
                .hasMessage(
                        "Nothing is staged for rides.ride under run 'r1', so nothing was promoted. Run its phase=stage first, with the same CaravanRunId");
    }

    @Test
    void aPhaseWithoutARunSaysWhatItNeeds() throws Exception {
        routeTo("load:rides.ride?phase=stage");

        assertThat(send(LoadFixture.batch("{}")).getException())
                .hasMessageContaining("phase=stage of rides.ride needs the header CaravanRunId");
    }

    private static Path write(Path folder, String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}

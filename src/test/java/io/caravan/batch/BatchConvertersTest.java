package io.caravan.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.TypeConversionException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchConvertersTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        camel.getRegistry().bind("clock", Clock.class, Clock.fixed(NOON, ZoneOffset.UTC));
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void splitGivesOneMapARecordWhichIsTextWhereTextIsWanted() throws Exception {
        MockEndpoint cars = run(
                route -> route.split()
                        .body()
                        .setHeader("car")
                        .simple("${body[car_id]}")
                        .to("mock:out"),
                batch());

        assertThat(cars.getExchanges())
                .extracting(one -> one.getMessage().getHeader("car"))
                .containsExactly(7, 8);
        assertThat(cars.getExchanges())
                .extracting(one -> one.getMessage().getBody(String.class))
                .containsExactly("{\"car_id\":7, \"v\":1.50}", "{\"car_id\":8,\"gps\":{\"lat\":[52,null]}}");
        assertThat((Object) cars.getExchanges().get(1).getMessage().getBody(Map.class))
                .isEqualTo(Map.of("car_id", 8, "gps", Map.of("lat", listOf(52, null))));
    }

    @Test
    void jsonpathAndChoiceWorkOnABatch() throws Exception {
        MockEndpoint lively = run(
                route -> route.setHeader("cars")
                        .jsonpath("$[*].car_id")
                        .choice()
                        .when()
                        .jsonpath("$[?(@.car_id == 8)]")
                        .to("mock:out")
                        .end(),
                batch());

        assertThat(lively.getExchanges()).hasSize(1);
        assertThat(lively.getExchanges().get(0).getMessage().getHeader("cars")).isEqualTo(List.of(7, 8));
    }

    @Test
    void jsonpathWorksOnTheRecordsOfASplitBatch() throws Exception {
        MockEndpoint latitudes =
                run(route -> route.split().body().setBody().jsonpath("$.car_id").to("mock:out"), batch());

        assertThat(latitudes.getExchanges())
                .extracting(one -> one.getMessage().getBody())
                .containsExactly(7, 8);
    }

    @Test
    void aBatchIsAnyStockBody() throws Exception {
        String text = "[{\"car_id\":7, \"v\":1.50},{\"car_id\":8,\"gps\":{\"lat\":[52,null]}}]";

        assertThat(convert(String.class, batch())).isEqualTo(text);
        assertThat(convert(byte[].class, batch())).isEqualTo(text.getBytes(UTF_8));
        assertThat(convert(InputStream.class, batch())).hasContent(text);
        assertThat(convert(JsonNode.class, batch()).at("/0/v").decimalValue()).isEqualTo(new BigDecimal("1.50"));
        assertThat((List<?>) convert(List.class, batch())).hasSize(2).first().isInstanceOf(Map.class);
        assertThat((Iterator<?>) convert(Iterator.class, batch())).toIterable().hasSize(2);
        assertThat(batch().defects()).extracting(RawRecord::number).containsExactly(3L);
    }

    @Test
    void wayBackNothingOfWhatWasReceivedIsLost() throws Exception {
        List<?> maps = convert(List.class, batch());

        assertThat(toBatch(maps).records()).isEqualTo(batch().good());
        assertThat(toBatch(maps.get(0)).records()).isEqualTo(batch().records().subList(0, 1));
        assertThat(toBatch(batch().records().get(2)).defects()).hasSize(1);
    }

    @Test
    void anyStockBodyIsABatch() throws Exception {
        assertBatch(List.of(Map.of("a", 1), new ObjectMapper().readTree("{\"a\":1}"), "{\"a\":1}"), 3);
        assertBatch(Map.of("a", 1), 1);
        assertBatch(new ObjectMapper().readTree("[{\"a\":1},{\"a\":1}]"), 2);
        assertBatch(new ObjectMapper().readTree("{\"a\":1}"), 1);
        assertBatch("[{\"a\":1}]", 1);
        assertBatch("{\n \"a\": 1\n}", 1);
        assertBatch("\uFEFF{\"a\":1}\r\n{\"a\":1}\n", 2);
        assertBatch("[{\"a\":1}]".getBytes(UTF_8), 1);
        assertBatch(new ByteArrayInputStream("{\"a\":1}\n{\"a\":1}".getBytes(UTF_8)), 2);
        assertBatch(List.of(), 0);
        assertBatch(" ", 0);
    }

    @Test
    void aFileIsABatchByItsName(@TempDir Path folder) throws Exception {
        Path csv = Files.writeString(folder.resolve("a.CSV"), "a\n1\n2\n");
        Path lines = Files.writeString(folder.resolve("a.ndjson"), "{\"a\":1}\n{\"a\":1}\n");

        assertBatch(lines.toFile(), 2);
        assertThat(toBatch(csv.toFile()).source()).isEqualTo("file:" + csv);
        assertThat(toBatch(csv.toFile()).records().get(1).text()).asString().isEqualTo("{\"a\":\"2\"}");
    }

    @Test
    void aFileTooLargeForMemoryNamesTheCure(@TempDir Path folder) throws Exception {
        File large = folder.resolve("a.ndjson").toFile();
        try (RandomAccessFile file = new RandomAccessFile(large, "rw")) {
            file.setLength((32 << 20) + 1);
        }

        assertThatThrownBy(() -> toBatch(large))
                .rootCause()
                .hasMessageContainingAll("a.ndjson has 33,554,433 bytes", "nothing of it was read", "split:");
    }

    @Test
    void rowsOfADatabaseAreRecords() throws Exception {
        Map<String, Object> row =
                Map.of("at", java.sql.Timestamp.from(NOON), "day", LocalDate.EPOCH, "x", new BigDecimal("1E+2"));

        assertThat(toBatch(List.of(row)).records().get(0).value())
                .isEqualTo(RawRecord.of("{\"at\":\"2026-05-01T12:00:00.000+00:00\",\"day\":\"1970-01-01\",\"x\":100}")
                        .value());
    }

    @Test
    void textIsCsvWhenItsMessageSaysSo() throws Exception {
        Exchange exchange = exchange("a,b\n1,2\n");
        exchange.getMessage().setHeader(Exchange.FILE_NAME, "rides.CSV");

        assertThat(exchange.getMessage().getBody(Batch.class).values()).containsExactly(Map.of("a", "1", "b", "2"));
    }

    @Test
    void aBadElementIsADefectAndABadTextAnError() {
        assertThat(toBatch(List.of("{\"a\":1}", "nonsense", 7, "\"\uD800\"")).records())
                .extracting(RawRecord::isGood)
                .containsExactly(true, false, false, false);
        assertThat(toBatch("{\"a\":1}\n{\"a\":").records())
                .extracting(RawRecord::isGood)
                .containsExactly(true, false);
        assertThatThrownBy(() -> toBatch("<html>"))
                .isInstanceOf(TypeConversionException.class)
                .hasRootCauseInstanceOf(BadPageException.class)
                .hasStackTraceContaining("begins with '<'");
    }

    @Test
    void theMessageTellsWhichBatchItIs() {
        UUID id = UUID.randomUUID();
        Exchange exchange = exchange("{\"a\":1}");
        exchange.getMessage().setHeader(CaravanHeaders.BATCH_ID, id.toString());
        exchange.getMessage().setHeader(CaravanHeaders.BATCH_SOURCE, "file:inbox/a.json#1");
        Batch named = exchange.getMessage().getBody(Batch.class);

        assertThat(named.id()).isEqualTo(id);
        assertThat(named.source()).isEqualTo("file:inbox/a.json#1");
        assertThat(named.receivedAt()).isEqualTo(NOON);
        assertThat(toBatch("{\"a\":1}").source()).isEqualTo("body");
    }

    private static Batch batch() {
        return Batch.of(
                "poll:acme/packets",
                NOON,
                List.of(
                        RawRecord.of("{\"car_id\":7, \"v\":1.50}"),
                        RawRecord.of("{\"car_id\":8,\"gps\":{\"lat\":[52,null]}}"),
                        RecordParser.STRICT.parse("{\"car_id\":NaN}".getBytes(UTF_8), 3)));
    }

    private void assertBatch(Object body, int size) {
        List<RawRecord> records = toBatch(body).records();

        assertThat(records)
                .hasSize(size)
                .allSatisfy(record -> assertThat(record.value()).hasToString("{\"a\":1}"));
    }

    private Batch toBatch(Object body) {
        return exchange(body).getMessage().getBody(Batch.class);
    }

    private <T> T convert(Class<T> type, Object body) throws Exception {
        return exchange(body).getMessage().getMandatoryBody(type);
    }

    private Exchange exchange(Object body) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(body);
        return exchange;
    }

    private interface Steps {
        void on(org.apache.camel.model.RouteDefinition route);
    }

    private MockEndpoint run(Steps steps, Object body) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                steps.on(from("direct:in"));
            }
        });
        camel.createProducerTemplate().sendBody("direct:in", body);
        return camel.getEndpoint("mock:out", MockEndpoint.class);
    }

    private static List<@Nullable Object> listOf(@Nullable Object... elements) {
        return new ArrayList<>(java.util.Arrays.asList(elements));
    }
}

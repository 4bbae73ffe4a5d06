package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.batch.BadPageException;
import io.caravan.batch.Batch;
import io.caravan.batch.CanonicalForm;
import io.caravan.batch.JsonPage;
import io.caravan.batch.RawRecord;
import io.caravan.batch.RecordParser;
import io.caravan.batch.SharedData;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.dedup.DedupHeaders;
import io.caravan.load.LoadHeaders;
import io.caravan.load.LoadReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Public data on the whole way that a batch goes, from the page or file through {@code dedup:} and {@code load:} into a table: whatever it is, it is loaded or
 * quarantined with a reason, and what is loaded reads back as what was sent.
 */
@ExtendWith(PostgresExtension.class)
class PublicDataTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Database database;
    private final DefaultCamelContext camel = new DefaultCamelContext();

    PublicDataTest(Database database) {
        this.database = database;
        camel.getRegistry().bind("database", database);
    }

    @BeforeEach
    void freshTables() {
        sql("""
                DROP SCHEMA IF EXISTS suite CASCADE;
                CREATE SCHEMA suite;
                CREATE TABLE suite.record (name text PRIMARY KEY, v jsonb);
                CREATE TABLE suite.element (id bigint GENERATED ALWAYS AS IDENTITY, doc jsonb);
                CREATE TABLE suite.trace (name text NOT NULL, value jsonb, "timestamp" timestamptz NOT NULL, UNIQUE (name, value, "timestamp"));
                TRUNCATE caravan.rejected, caravan.duplicate, caravan.load_batch, caravan.load_file""");
    }

    @AfterEach
    void stop() throws IOException {
        camel.close();
    }

    @Test
    void eachFileOfTheJsonTestSuiteAsARecordIsLoadedAsSentOrQuarantinedWithAReason() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:page").to("dedup:suite?key=name,v").to("load:suite.record");
            }
        });
        int refusedPages = 0;
        for (Path file : suite()) {
            String name = file.getFileName().toString();
            Optional<JsonPage> page = page(around(name, Files.readAllBytes(file)), "/data");
            if (page.isEmpty()) {
                refusedPages++;
                assertThat(name).as("a page is refused for no valid file").doesNotStartWith("y_");
                continue;
            }
            List<RawRecord> records = page.get().records();
            long good = records.stream().filter(RawRecord::isGood).count();
            LoadReport first = pass("direct:page", batch(records), 0);
            assertThat(first.validated()).as(name).isEqualTo(good);
            assertThat(first.rejected()).as(name).isEqualTo(records.size() - good);

            LoadReport again = pass("direct:page", batch(records), good);
            assertThat(again.validated() + again.duplicate()).as(name).isZero();
            if (records.get(0).isGood()) {
                String kept = column("SELECT v::text FROM suite.record WHERE name = '" + name + "'")
                        .get(0);
                assertThat(canonical(kept.getBytes(StandardCharsets.UTF_8)))
                        .as(name)
                        .isEqualTo(canonical(Files.readAllBytes(file)));
            }
        }
        assertThat(refusedPages).isLessThan(suite().size() / 2 + 60);
        assertThat(column("SELECT count(*) FROM suite.record WHERE name LIKE 'y\\_%'")
                        .get(0))
                .as("all valid files but the ambiguous ones and those that PostgreSQL can't store")
                .isEqualTo(String.valueOf(suite().stream()
                                .filter(file -> name(file).startsWith("y_"))
                                .count()
                        - 4));
        assertThat(column("SELECT DISTINCT reason FROM caravan.rejected")).containsExactly("defect");
        assertThat(column("SELECT count(*) FROM caravan.rejected WHERE message = ''"))
                .containsExactly("0");
        assertCountsAddUp();
    }

    /** The second time the repository of seen records is not asked, so that the table itself must know them. */
    @Test
    void withoutDedupTheTableFindsTheRepeats() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:page").to("load:suite.record");
            }
        });
        List<RawRecord> all = new ArrayList<>();
        for (Path file : suite()) {
            page(around(name(file), Files.readAllBytes(file)), "/data")
                    .ifPresent(page -> all.add(page.records().get(0)));
        }
        long good = all.stream().filter(RawRecord::isGood).count();

        LoadReport first = pass("direct:page", batch(all), 0);
        LoadReport second = pass("direct:page", batch(all), 0);

        assertThat(first.validated()).isEqualTo(good);
        assertThat(second.validated()).isZero();
        assertThat(second.duplicate()).isEqualTo(good);
        assertThat(second.rejected()).isEqualTo(all.size() - good);
        assertCountsAddUp();
    }

    @Test
    void eachFileOfTheJsonTestSuiteAsAPageIsTakenApartOrRefused() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:page").to("dedup:suite-page").to("load:suite.element?map=doc:");
            }
        });
        int pages = 0;
        for (Path file : suite()) {
            Optional<JsonPage> page = page(Files.readAllBytes(file), "");
            if (page.isPresent()) {
                pages++;
                List<RawRecord> records = page.get().records();
                long good = records.stream().filter(RawRecord::isGood).count();
                Exchange exchange = send("direct:page", batch(records));
                int dropped = exchange.getMessage().getHeader(DedupHeaders.DROPPED, Integer.class);
                LoadReport report = report(exchange);
                assertThat(report.validated() + dropped).as(name(file)).isEqualTo(good);
                assertThat(report.staged() + dropped).as(name(file)).isEqualTo(records.size());
            }
        }
        assertThat(pages).isPositive();
        assertCountsAddUp();
    }

    @Test
    void realVehicleTracesAreLoadedWithTheirRepeatsFoundByContent() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:file").to("load:suite.trace?epoch=seconds&format=ndjson&chunkSize=100");
            }
        });
        Set<String> seen = new HashSet<>();
        for (Path file : SharedData.files("openxc-traces/tests")) {
            List<JsonNode> lines = lines(file);
            List<JsonNode> timed =
                    lines.stream().filter(line -> line.hasNonNull("timestamp")).toList();
            long fresh = timed.stream()
                    .filter(line -> seen.add(line.get("name") + " " + line.get("value") + " "
                            + line.get("timestamp").decimalValue().stripTrailingZeros()))
                    .count();

            LoadReport report = report(send("direct:file", file.toFile()));

            assertThat(report.staged()).as(name(file)).isEqualTo(lines.size());
            assertThat(report.validated()).as(name(file)).isEqualTo(fresh);
            assertThat(report.duplicate()).as(name(file)).isEqualTo(timed.size() - fresh);
            assertThat(report.rejected()).as(name(file)).isEqualTo(lines.size() - timed.size());
        }
        assertThat(column("SELECT DISTINCT reason || ' ' || column_name FROM caravan.rejected"))
                .containsExactly("not_null timestamp");
        assertThat(column("SELECT count(*) FROM suite.trace")).containsExactly(String.valueOf(seen.size()));
        assertCountsAddUp();
    }

    @Test
    void theFilesOfCsvSpectrumReadBackAsTheirJson() throws Exception {
        List<Path> files = SharedData.files("csv-spectrum/csvs");
        for (Path file : files) {
            String table = table(file);
            String columns = header(file)
                    .map(column -> '"' + column + "\" text")
                    .collect(Collectors.joining(", ", "(row bigint GENERATED ALWAYS AS IDENTITY, ", ")"));
            sql("CREATE TABLE " + table + columns);
        }
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                files.forEach(file -> from("direct:" + name(file)).to("load:" + table(file)));
            }
        });
        for (Path file : files) {
            LoadReport report = report(send("direct:" + name(file), file.toFile()));
            ArrayNode expected = (ArrayNode) JSON.readTree(SharedData.folder("csv-spectrum/json")
                    .resolve(name(file).replace(".csv", ".json"))
                    .toFile());

            assertThat(report.validated()).as(name(file)).isEqualTo(expected.size());
            List<Map<String, String>> kept = new ArrayList<>();
            for (String row : column("SELECT to_jsonb(t) - 'row' FROM " + table(file) + " t ORDER BY row")) {
                kept.add(texts(JSON.readTree(row)));
            }
            List<Map<String, String>> sent = new ArrayList<>();
            expected.forEach(row -> sent.add(texts(row)));
            assertThat(kept).as(name(file)).isEqualTo(sent);
        }
        assertCountsAddUp();
    }

    private static List<Path> suite() {
        return Stream.concat(
                        SharedData.files("json-test-suite/test_parsing").stream(),
                        SharedData.files("json-test-suite/test_transform").stream())
                .toList();
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static String table(Path file) {
        return "suite.csv_" + name(file).replace(".csv", "");
    }

    private static Stream<String> header(Path csv) throws IOException {
        return Files.readAllLines(csv).get(0).lines().flatMap(line -> Stream.of(line.split(",", -1)));
    }

    /** An empty value of a CSV file is NULL in the table. */
    private static Map<String, String> texts(JsonNode row) {
        Map<String, String> texts = new TreeMap<>();
        row.properties()
                .forEach(field -> texts.put(
                        field.getKey(),
                        field.getValue().isNull() ? "" : field.getValue().textValue()));
        return texts;
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank()) {
                lines.add(JSON.readTree(line));
            }
        }
        return lines;
    }

    /** The file as a member of the first of two records. */
    private static byte[] around(String name, byte[] content) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(("{\"data\":[{\"name\":\"" + name + "\",\"v\":").getBytes(StandardCharsets.UTF_8));
        all.write(content);
        all.write(("},{\"name\":\"beside " + name + "\",\"v\":1}]}").getBytes(StandardCharsets.UTF_8));
        return all.toByteArray();
    }

    private static Optional<JsonPage> page(byte[] body, String records) {
        try {
            return Optional.of(JsonPage.read(body, JsonPointer.compile(records), RecordParser.STRICT));
        } catch (BadPageException refused) {
            assertThat(refused.reason()).isNotBlank();
            return Optional.empty();
        }
    }

    private static byte[] canonical(byte[] value) throws IOException {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.write("{\"v\":".getBytes(StandardCharsets.UTF_8));
        record.write(value);
        record.write('}');
        return CanonicalForm.EXACT.canonical(
                RecordParser.STRICT.parse(record.toByteArray()).value());
    }

    private static Batch batch(List<RawRecord> records) {
        return Batch.of("poll:acme/suite", Instant.parse("2026-03-01T12:00:00Z"), records);
    }

    private void routes(RouteBuilder routes) throws Exception {
        camel.addRoutes(routes);
        camel.start();
    }

    /** Sends a batch as {@code poll:} does, in one transaction, and checks how many were dropped. */
    private LoadReport pass(String route, Batch batch, long dropped) {
        Exchange exchange = send(route, batch);
        LoadReport report = report(exchange);
        assertThat(exchange.getMessage().getHeader(DedupHeaders.DROPPED, 0, Integer.class))
                .isEqualTo((int) dropped);
        assertThat(report.staged() + dropped).isEqualTo(batch.size());
        return report;
    }

    private Exchange send(String route, Object body) {
        if (!(body instanceof Batch)) {
            return camel.createProducerTemplate()
                    .send(route, exchange -> exchange.getMessage().setBody(body));
        }
        return database.inTransaction(connection -> {
            Exchange exchange = camel.createProducerTemplate()
                    .send(route, sent -> sent.getMessage().setBody(body));
            if (exchange.getException() != null) {
                fail("The batch failed", exchange.getException());
            }
            return exchange;
        });
    }

    private static LoadReport report(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getHeader(LoadHeaders.LOAD_REPORT, LoadReport.class);
    }

    private void assertCountsAddUp() {
        assertThat(column("SELECT count(*) FROM caravan.load_batch WHERE staged <> validated + duplicate + rejected"))
                .containsExactly("0");
    }

    private void sql(String statements) {
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(statements);
            }
        });
    }

    private List<String> column(String query) {
        return database.inTransaction(connection -> {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery(query)) {
                List<String> values = new ArrayList<>();
                while (row.next()) {
                    values.add(String.valueOf(row.getString(1)));
                }
                return values;
            }
        });
    }
}

package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import io.caravan.database.BatchTransaction;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What of a batch is left when a step of its route fails: all of it or nothing, and what the route itself decides. */
@ExtendWith(PostgresExtension.class)
class BatchRouteTest {
    @TempDir
    private Path folder;

    private final Database database;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();

    BatchRouteTest(Database database) {
        this.database = database;
        camel.getRegistry().bind("database", database);
        camel.getRegistry().bind("dataSource", database.dataSource());
        camel.getRegistry().bind("PROPAGATION_REQUIRED", new BatchTransaction(database));
        camel.getRegistry().bind("flaky", (Processor) this::flaky);
    }

    private void flaky(Exchange exchange) {
        calls.incrementAndGet();
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("not this time");
        }
    }

    @BeforeEach
    void freshTables() {
        sql("""
                DROP SCHEMA IF EXISTS b CASCADE;
                CREATE SCHEMA b;
                CREATE TABLE b.packet (id int);
                CREATE TABLE b.copy (id int);
                CREATE TABLE b.note (text text);
                TRUNCATE caravan.rejected, caravan.duplicate, caravan.load_batch, caravan.load_file, caravan.dedup_dropped;
                UPDATE caravan.dedup_bucket SET state = 'EXPIRED';
                DELETE FROM caravan.dedup_repository""");
    }

    @AfterEach
    void stop() throws IOException {
        camel.close();
    }

    @Test
    void whenTheLoadFailsTheRecordsAreNotTakenForSeen() throws Exception {
        start("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - transacted: {}
                        - to: dedup:packets
                        - to: load:b.packet
                        - to: bean:flaky
                """);
        failures.set(1);
        assertThat(send("direct:in", batch(1, 2)).getException()).hasMessageContaining("not this time");
        assertThat(ids("b.packet")).isEmpty();

        assertThat(send("direct:in", batch(1, 2)).getException()).isNull();
        assertThat(send("direct:in", batch(2, 3)).getException()).isNull();
        assertThat(ids("b.packet")).containsExactly("1", "2", "3");
    }

    @Test
    void withoutATransactionTheRecordsAreNotTakenForSeenEither() throws Exception {
        start("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to: dedup:packets
                        - to: bean:flaky
                        - to: load:b.packet
                """);
        failures.set(1);
        assertThat(send("direct:in", batch(1)).getException()).isNotNull();
        assertThat(send("direct:in", batch(1)).getException()).isNull();
        assertThat(send("direct:in", batch(1)).getException()).isNull();
        assertThat(ids("b.packet")).containsExactly("1");
    }

    @Test
    void twoLoadsOfOneBatchCommitTogether() throws Exception {
        start("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - transacted: {}
                        - to: load:b.packet
                        - to: bean:flaky
                        - to: load:b.copy
                """);
        failures.set(1);
        assertThat(send("direct:in", batch(1)).getException()).isNotNull();
        assertThat(ids("b.packet")).isEmpty();

        assertThat(send("direct:in", batch(1)).getException()).isNull();
        assertThat(ids("b.packet")).containsExactly("1");
        assertThat(ids("b.copy")).containsExactly("1");
    }

    /** The load's statement fails in PostgreSQL, which aborts the transaction; only the load's part is undone. */
    @Test
    void aRouteThatCatchesAFailedLoadGoesOnInATransactionThatWorks() throws Exception {
        start("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - transacted: {}
                        - to: load:b.packet
                        - doTry:
                            steps:
                              - to: load:b.copy
                            doCatch:
                              - exception: ["java.lang.Exception"]
                                steps:
                                  - setBody:
                                      simple: "insert into b.note values ('load failed')"
                                  - to: jdbc:dataSource
                """);
        sql("DROP TABLE b.copy");

        assertThat(send("direct:in", batch(1)).getException()).isNull();

        assertThat(ids("b.packet")).containsExactly("1");
        assertThat(column("SELECT text FROM b.note")).containsExactly("load failed");
    }

    @Test
    void aRetryWithinTheRouteKeepsWhatTheStepsBeforeItDid() throws Exception {
        start("""
                - onException:
                    exception: ["java.lang.IllegalStateException"]
                    redeliveryPolicy: {maximumRedeliveries: 3, redeliveryDelay: 10}
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - transacted: {}
                        - to: dedup:packets
                        - to: load:b.packet
                        - to: bean:flaky
                """);
        failures.set(2);

        assertThat(send("direct:in", batch(1, 1, 2)).getException()).isNull();

        assertThat(ids("b.packet")).containsExactly("1", "2");
        assertThat(column("SELECT count(*) FROM caravan.load_batch")).containsExactly("1");
    }

    @Test
    void aFileThatFailsInATransactedRouteIsLoadedOnceWhenItComesAgain() throws Exception {
        failures.set(1);
        start("""
                - route:
                    from:
                      uri: file:FOLDER?initialDelay=0&delay=100&include=.*csv
                      steps:
                        - transacted: {}
                        - to: load:b.packet?chunkSize=10
                        - to: bean:flaky
                        - to: load:b.copy?chunkSize=7
                """.replace("FOLDER", folder.toString()));
        StringBuilder rows = new StringBuilder("id\n");
        for (int i = 0; i < 100; i++) {
            rows.append(i).append('\n');
        }
        put("a.csv", rows.toString());

        awaitMoved("a.csv");

        assertThat(column("SELECT count(*) || ' ' || count(DISTINCT id) FROM b.packet"))
                .containsExactly("100 100");
        assertThat(column("SELECT count(*) || ' ' || count(DISTINCT id) FROM b.copy"))
                .containsExactly("100 100");
    }

    @Test
    void aFileGoesThroughDedupIntoItsTable() throws Exception {
        start("""
                - route:
                    from:
                      uri: file:FOLDER?initialDelay=0&delay=100&include=.*(csv|json)
                      steps:
                        - to: dedup:packets
                        - to: load:b.note
                """.replace("FOLDER", folder.toString()));
        put("a.csv", "text,id\nx,1\n,2\nx,1\nonly one field\n");
        awaitMoved("a.csv");
        put("b.json", "[{\"text\":\"x\",\"id\":\"1\"},{\"text\":\"z\",\"id\":\"3\"}]");
        awaitMoved("b.json");

        assertThat(column("SELECT text FROM b.note ORDER BY text")).containsExactly("x", "z", "null");
        assertThat(column("SELECT message FROM caravan.rejected")).containsExactly("1 fields where the header names 2");
        assertThat(column("SELECT source FROM caravan.load_batch ORDER BY id"))
                .containsExactly("file:" + folder.resolve("a.csv"), "file:" + folder.resolve("b.json"));
    }

    @Test
    void aStreamThatIsSplitIntoBatchesCommitsAsOne() throws Exception {
        start("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - transacted: {}
                        - split:
                            streaming: true
                            stopOnException: true
                            expression:
                              tokenize: {token: "\\n", group: 2}
                            steps:
                              - setHeader: {name: Content-Type, constant: application/x-ndjson}
                              - to: load:b.packet?format=ndjson
                              - filter:
                                  simple: "${exchangeProperty.CamelSplitComplete}"
                                  steps:
                                    - to: bean:flaky
                """);
        failures.set(1);
        String lines = "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n";
        assertThat(send("direct:in", lines).getException()).isNotNull();
        assertThat(ids("b.packet")).isEmpty();
        assertThat(send("direct:in", lines).getException()).isNull();
        assertThat(ids("b.packet")).containsExactly("1", "2", "3");
    }

    @Test
    void duplicatesThatARouteMarksForRollbackComeAgain() throws Exception {
        start("""
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to: dedup:packets
                - route:
                    id: dropped
                    from:
                      uri: dedup:packets?delay=50&initialDelay=0
                      steps:
                        - to: load:b.packet
                        - doTry:
                            steps:
                              - to: bean:flaky
                            doCatch:
                              - exception: ["java.lang.Exception"]
                                steps:
                                  - rollback: {markRollbackOnly: true}
                """);
        failures.set(1);
        send("direct:in", batch(1, 1));

        await().untilAsserted(() -> assertThat(ids("b.packet")).containsExactly("1"));
        assertThat(calls).hasValue(2);
    }

    private void start(String yaml) throws Exception {
        camel.start();
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("pipeline.camel.yaml", yaml));
    }

    private Exchange send(String route, Object body) {
        return camel.createProducerTemplate()
                .send(route, exchange -> exchange.getMessage().setBody(body));
    }

    private static Batch batch(int... ids) {
        return Batch.of(
                "test",
                Instant.parse("2026-03-01T12:00:00Z"),
                Arrays.stream(ids)
                        .mapToObj(id -> RawRecord.of("{\"id\":" + id + "}"))
                        .toList());
    }

    private void put(String name, String text) throws IOException {
        Path written = folder.resolve("." + name);
        Files.write(written, text.getBytes(StandardCharsets.UTF_8));
        Files.move(written, folder.resolve(name));
    }

    private void awaitMoved(String name) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(folder.resolve(".camel").resolve(name)));
    }

    private List<String> ids(String table) {
        return column("SELECT id FROM " + table + " ORDER BY id");
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

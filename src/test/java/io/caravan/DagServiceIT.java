package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.database.RunningPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workflows in the service as an operator meets them: files that are saved while they run, and processes that end in the middle of a task. */
class DagServiceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration RELOAD = Duration.ofSeconds(15);

    /** Whoever opens the gate lets the workflow 'rides' go on; {@code /start} starts a run of it. */
    private static final String RIDES = """
            - beans:
                - name: rides
                  type: io.caravan.dag.Dag
                  properties: {description: %s}
            - route:
                id: rides-start
                from: {uri: "platform-http:/start", steps: [{to: "dag:rides"}]}
            - route:
                id: rides-gate
                from:
                  uri: dag:rides/gate
                  parameters: {kind: sensor, every: 200ms}
                  steps:
                    - to: {uri: "sql:select count(*) from gates.gate", parameters: {dataSource: "#dataSource", outputType: SelectOne}}
            - route:
                id: rides-load
                from: {uri: "dag:rides/load", parameters: {after: gate}, steps: [{setBody: {constant: %s}}]}
            """;

    private static final String TELL = """
            - route:
                id: rides-tell
                from: {uri: "dag:rides/tell", parameters: {after: load}, steps: [{setBody: {constant: told}}]}
            """;

    private static final String CIRCLE = """
            - route:
                id: rides-first
                from: {uri: "dag:rides/first", parameters: {after: last}, steps: [{setBody: {constant: x}}]}
            - route:
                id: rides-last
                from: {uri: "dag:rides/last", parameters: {after: first}, steps: [{setBody: {constant: y}}]}
            """;

    /** Its only task takes a minute while the gate is closed. */
    private static final String SLOW = """
            - beans:
                - {name: slow, type: io.caravan.dag.Dag}
            - route:
                id: slow-start
                from: {uri: "platform-http:/start", steps: [{to: "dag:slow"}]}
            - route:
                id: slow-work
                from:
                  uri: dag:slow/work
                  steps:
                    - to: {uri: "sql:select case count(*) when 0 then 60000 else 1 end from gates.gate", parameters: {dataSource: "#dataSource", outputType: SelectOne}}
                    - delay: {simple: "${body}"}
                    - setBody: {constant: done}
            """;

    @TempDir
    private Path project;

    @BeforeEach
    void aProject() throws IOException {
        write("sql/gates/V1__gate.sql", "create table gates.gate (opened_at timestamptz not null default now());");
        write("config/application.properties", """
                caravan.shutdown.timeout=2s
                camel.component.dag.lease=2s
                camel.component.dag.beat=500ms
                camel.component.dag.sweep=500ms
                """);
    }

    @Test
    void aSaveMakesAVersionAndARunUnderWayStaysOnItsOwn() throws Exception {
        write("routes/rides.camel.yaml", RIDES.formatted("Rides", "one") + TELL);
        try (ServiceChild service = ServiceChild.start(project, Map.of());
                Database database = database(service)) {
            awaitText(database, "select version::text from caravan.dag_workflow where dag = 'rides' and active", "1");
            start(service);
            awaitText(database, "select state from caravan.dag_task where task = 'gate'", "UP_FOR_RESCHEDULE");

            write("routes/rides.camel.yaml", RIDES.formatted("Rides anew", "two"));
            awaitText(database, "select version::text from caravan.dag_workflow where dag = 'rides'", "2");
            assertThat(text(database, "select source from caravan.dag_version where dag = 'rides' and version = 1"))
                    .contains("rides-tell");
            assertThat(text(database, "select source from caravan.dag_version where dag = 'rides' and version = 2"))
                    .contains("Rides anew")
                    .doesNotContain("rides-tell");

            write("routes/rides.camel.yaml", RIDES.formatted("Rides broken", "three") + CIRCLE);
            await().atMost(RELOAD).until(() -> service.log().contains("in a circle"));
            assertThat(service.log()).containsPattern("rides\\.camel\\.yaml:\\d+: .*in a circle: .*first.*last");
            await().atMost(RELOAD)
                    .until(() -> service.get("/observe/health").body().contains("in a circle"));
            assertThat(service.get("/observe/health").body()).contains("routes/rides.camel.yaml:");

            text(database, "insert into gates.gate default values returning 'open'");
            awaitText(database, "select state from caravan.dag_run where dag = 'rides'", "SUCCESS");
            assertThat(text(database, "select version::text from caravan.dag_run where dag = 'rides'"))
                    .isEqualTo("1");
            assertThat(text(database, "select state from caravan.dag_task where task = 'tell'"))
                    .isEqualTo("REMOVED");
            assertThat(text(database, "select note from caravan.dag_task where task = 'tell'"))
                    .contains("version 1")
                    .contains("no longer there");

            start(service);
            awaitText(database, "select state from caravan.dag_run where version = 2", "SUCCESS");
            assertThat(text(database, "select count(*)::text from caravan.dag_version where dag = 'rides'"))
                    .as("the broken save made no version")
                    .isEqualTo("2");
        }
    }

    @Test
    void whatIsUnderWayWhenAServiceIsKilledOrStopsIsDoneByTheNext() throws Exception {
        write("routes/slow.camel.yaml", SLOW);
        try (ServiceChild killed = ServiceChild.start(project, Map.of());
                Database database = database(killed)) {
            start(killed);
            awaitText(database, "select state from caravan.dag_task", "RUNNING");
            killed.kill();
        }
        try (ServiceChild stopped = ServiceChild.start(project, Map.of());
                Database database = database(stopped)) {
            awaitText(
                    database,
                    "select 'taken over' from caravan.dag_task where state = 'RUNNING' and attempt = 2",
                    "taken over");
            text(database, "insert into gates.gate default values returning 'open'"); // for whoever begins it after now
            stopped.stop(Duration.ofSeconds(20)); // what runs has but caravan.shutdown.timeout
            assertThat(stopped.log()).contains("has stopped");
        }
        try (ServiceChild next = ServiceChild.start(project, Map.of());
                Database database = database(next)) {
            awaitText(database, "select state from caravan.dag_run", "SUCCESS");
            assertThat(text(database, "select output::text from caravan.dag_task"))
                    .isEqualTo("\"done\"");
        }
    }

    private static void start(ServiceChild service) throws Exception {
        assertThat(service.get("/start").statusCode()).isEqualTo(200);
    }

    private Database database(ServiceChild service) {
        service.awaitReady();
        return Database.open(RunningPostgres.on(project.resolve("data")).orElseThrow());
    }

    private static void awaitText(Database database, String sql, String wanted) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(text(database, sql)).isEqualTo(wanted));
    }

    private static String text(Database database, String sql) {
        return database.inTransaction(connection -> Query.of(sql)
                .on(database)
                .first(row -> String.valueOf(row.getString(1)))
                .orElse("nothing"));
    }

    private void write(String file, String text) throws IOException {
        Path target = project.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, text);
    }
}

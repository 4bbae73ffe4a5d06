package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.dag.DagComponent;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import picocli.CommandLine;

/** {@code caravan dag test}, as a person or a script calls it. */
@Isolated("sets system properties of the log")
@ExtendWith(PostgresExtension.class)
class DagTestCommandTest {
    private static final String RIDES = """
            - beans:
                - name: rides
                  type: io.caravan.dag.Dag
                  properties: {params: {city: Amsterdam}}
            - route:
                from: {uri: "dag:rides/load", steps: [{setBody: {simple: "${variable.params[city]}"}}]}
            - route:
                from:
                  uri: dag:rides/check
                  parameters: {after: load}
                  steps:
                    - filter:
                        simple: "${variable.outputs[load]} == 'Nowhere'"
                        steps: [{throwException: {exceptionType: java.io.IOException, message: no such city}}]
            """;

    private final Database database;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    DagTestCommandTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void load() throws Exception {
        camel.getRegistry().bind("database", database);
        component().setAutoStartEngine(false);
        camel.start();
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("rides.camel.yaml", RIDES));
    }

    @AfterEach
    void stop() {
        camel.stop();
        System.clearProperty("caravan.log.level");
        System.clearProperty("caravan.log.format");
    }

    @Test
    void eachTaskHasALineAndTheRunASummary() {
        assertThat(execute("rides", "--param", "city=Utrecht", "--logical-time", "2026-01-31"))
                .isZero();
        assertThat(out.toString())
                .contains("dag=rides logicalTime=2026-01-31T00:00:00Z")
                .contains("task=load state=SUCCESS \"Utrecht\"")
                .containsPattern("check +SUCCESS +1 ")
                .contains("Workflow rides: SUCCESS. Nothing of it was recorded.");
    }

    @Test
    void aRunThatFailsGives1() {
        assertThat(execute("rides", "--param", "city=Nowhere")).isEqualTo(1);
        assertThat(out.toString())
                .contains("task=check state=FAILED IOException: no such city")
                .contains("Workflow rides: FAILED.");
    }

    @Test
    void aRunThatDoesNotEndInTimeGives1() throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("slow.camel.yaml", """
                - beans: [{name: slow, type: io.caravan.dag.Dag}]
                - route: {from: {uri: "dag:slow/wait", steps: [{delay: {constant: "60000", asyncDelayed: "false"}}]}}
                """));
        assertThat(execute("slow", "--timeout", "100ms")).isEqualTo(1);
        assertThat(out.toString()).contains("task=wait state=FAILED stopped after the run's timeout of 0.10s");
    }

    @Test
    void whatCannotBeginGives2AndSaysWhy() {
        assertThat(execute("ridez")).isEqualTo(2);
        assertThat(execute("rides", "--param", "town=Delft")).isEqualTo(2);
        assertThat(err.toString())
                .contains("There is no workflow 'ridez'. Those that are loaded: rides.")
                .contains("'town' is no param of it");
    }

    @Test
    void programsGetOneJsonObject() throws Exception {
        assertThat(execute("rides", "--json")).isZero();
        JsonNode told = new ObjectMapper().readTree(out.toString());
        assertThat(told.get("state").textValue()).isEqualTo("SUCCESS");
        assertThat(told.get("tasks").findValuesAsText("task")).containsExactly("load", "check");
    }

    private int execute(String... args) {
        return new CommandLine(new DagTestCommand(component()::rehearsals))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private DagComponent component() {
        return camel.getComponent("dag", DagComponent.class);
    }
}

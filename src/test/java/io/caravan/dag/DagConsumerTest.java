package io.caravan.dag;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.engine.TestWorkflows;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskResult;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A try of a task as its route sees it, and what its end means. */
class DagConsumerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${variable.interval.start}         | 2026-03-01T01:00:00Z",
                "${variable.interval.end}           | 2026-03-02T01:00:00Z",
                "${variable.interval.date}          | 2026-03-01",
                "${variable.run.attempt}            | 2",
                "${variable.run.idempotencyKey}     | rides/stage/2026-03-01T01:00:00Z/-1",
                "${variable.params[city]}           | Amsterdam",
                "${variable.outputs[list][0]}       | a",
                "${header.CaravanDagIntervalStart}  | 2026-03-01T01:00:00Z",
                "${header.CaravanDagTask}           | stage",
            })
    void aRouteKnowsWhatItsTryIsAbout(String simple, String value) throws Exception {
        TaskResult result = run("task", "- setBody: {simple: '" + simple + "'}");
        assertThat(result).isInstanceOfSatisfying(TaskResult.Succeeded.class, succeeded -> {
            JsonNode output = succeeded.output();
            assertThat(output == null ? "nothing" : output.asText()).isEqualTo(value);
        });
    }

    @Test
    void aFailedRouteFailsItsTryWithAllNamesOfTheException() throws Exception {
        TaskResult result =
                run("task", "- throwException: {exceptionType: java.net.ConnectException, message: no route to host}");
        assertThat(result).isInstanceOfSatisfying(TaskResult.Failed.class, failed -> {
            assertThat(failed.message()).isEqualTo("ConnectException: no route to host");
            assertThat(failed.types()).contains("ConnectException", "java.net.SocketException", "IOException");
        });
    }

    @ParameterizedTest
    @CsvSource({"'false', not yet", "'', not yet", "'true', done", "'/data/rides.csv', done", "'0', not yet"})
    void aSensorsBodySaysWhetherItIsThere(String body, String answer) throws Exception {
        TaskResult result = run("sensor", "- setBody: {constant: '" + body + "'}");
        assertThat(result instanceof TaskResult.NotYet ? "not yet" : "done").isEqualTo(answer);
    }

    @Test
    void theVariableOutputGoesBeforeTheBody() throws Exception {
        TaskResult result = run(
                "task",
                "- setVariable: {name: output, constant: '{\"rows\": 17}'}\n        - setBody: {constant: large}");
        assertThat(result).isEqualTo(new TaskResult.Succeeded(JSON.readTree("{\"rows\": 17}")));
    }

    @Test
    void anOutputThatIsTooLargeFailsTheTryAndSaysWhatToDo() throws Exception {
        camel.getRegistry().bind("large", new String(new char[70_000]).replace('\0', 'x'));
        TaskResult result = run("task", "- setVariable: {name: output, simple: '${ref:large}'}");
        assertThat(result)
                .isInstanceOfSatisfying(
                        TaskResult.Failed.class,
                        failed -> assertThat(failed.message())
                                .contains("70002 bytes")
                                .contains("Write it into a table or a file"));
    }

    @Test
    void aRouteMaySkipItself() throws Exception {
        assertThat(run("task", "- setVariable: {name: skip, constant: no file today}"))
                .isEqualTo(new TaskResult.Skipped("no file today"));
    }

    /** As when the file is saved: nothing new begins, what is under way goes on. */
    @Test
    void aSuspendedRouteLetsItsTryFinish() throws Exception {
        camel.getRegistry().bind("saved", (Processor) exchange -> ServiceHelper.suspendService(consumer()));

        TaskResult result = run(
                "task", "- process: {ref: saved}\n        - delay: {constant: 1}\n        - setBody: {constant: done}");

        assertThat(result).isEqualTo(new TaskResult.Succeeded(JSON.valueToTree("done")));
    }

    @Test
    void aTryThatAStoppedRouteCutsOffIsHandedBack() throws Exception {
        camel.getRegistry().bind("stopped", (Processor) exchange -> consumer().stop());

        TaskResult result = run(
                "task",
                "- process: {ref: stopped}\n        - delay: {constant: 1}\n        - setBody: {constant: done}");

        assertThat(result).isInstanceOf(TaskResult.HandedBack.class);
    }

    private Consumer consumer() {
        return camel.getRoute("rides-stage").getConsumer();
    }

    private TaskResult run(String kind, String steps) throws Exception {
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString("rides.camel.yaml", """
                - beans:
                    - {name: rides, type: io.caravan.dag.Dag, properties: {timezone: Europe/Amsterdam}}
                - route:
                    id: rides-stage
                    from:
                      uri: dag:rides/stage?kind=%s
                      steps:
                        %s
                """.formatted(kind, steps)));
        DagConsumer consumer = camel.getComponent("dag", DagComponent.class)
                .taskRoutes()
                .find("rides", "stage")
                .orElseThrow();
        Instant begin = Instant.parse("2026-03-01T01:00:00Z");
        DagRun run = new DagRun(
                UUID.randomUUID(),
                "rides",
                1,
                RunKind.SCHEDULED,
                begin,
                begin,
                Instant.parse("2026-03-02T01:00:00Z"),
                Instant.parse("2026-03-02T01:00:00Z"),
                "{\"city\": \"Amsterdam\"}",
                0,
                begin);
        Claim claim = new Claim(new TaskKey(run.id(), "stage", -1), run, 3, 2, 2, begin, begin, begin, null);
        TaskDefinition task = kind.equals("sensor") ? sensor() : TestWorkflows.task("stage");
        return consumer.run(claim, task, Map.of("list", JSON.readTree("[\"a\", \"b\"]")));
    }

    private static TaskDefinition sensor() {
        TaskDefinition plain = TestWorkflows.task("stage");
        return new TaskDefinition(
                plain.id(),
                plain.route(),
                TaskKind.SENSOR,
                plain.after(),
                plain.when(),
                plain.setups(),
                plain.group(),
                plain.mappedBy(),
                plain.forEach(),
                plain.pool(),
                1,
                0,
                plain.retries(),
                plain.timeout(),
                plain.sensing(),
                plain.awaitedRun());
    }
}

package io.caravan.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.dag.engine.Crowd;
import io.caravan.dag.engine.TaskSelection;
import io.caravan.dag.engine.TestWorkflows;
import io.caravan.dag.run.RunState;
import io.caravan.dag.steering.DagOperations;
import io.caravan.dag.steering.Operator;
import io.caravan.database.BatchTransaction;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of a task that go on in other threads, when the task is taken from them. */
@ExtendWith(PostgresExtension.class)
class TaskThreadsTest {
    private static final String WORKFLOW = """
            - beans: [{name: fleet, type: io.caravan.dag.Dag}]
            - route:
                id: fleet-write
                from: {uri: "dag:fleet/write", steps: [{setBody: {constant: "a,b"}}, %s]}
            - route:
                from: {uri: "direct:write", steps: [{doTry: {steps: [{to: "direct:insert"}], doFinally: {steps: [{process: {ref: over}}]}}}]}
            - route:
                from: {uri: "direct:insert", steps: [{transacted: {}}, {to: "sql:insert into written values (:#${body})"}, {process: {ref: hold}}]}
            """;

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Database database;
    private final Crowd crowd = new Crowd();
    private final AtomicInteger over = new AtomicInteger();
    private volatile boolean isHeld = true;

    TaskThreadsTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start() {
        new TestWorkflows(database).forgetRuns();
        Query.of("drop table if exists written").on(database).update();
        Query.of("create table written (what text)").on(database).update();
        camel.getRegistry().bind("database", database);
        camel.getRegistry().bind("dataSource", database.dataSource());
        camel.getRegistry().bind("PROPAGATION_REQUIRED", new BatchTransaction(database));
        camel.getRegistry().bind("hold", (Processor) exchange -> hold());
        camel.getRegistry().bind("over", (Processor) exchange -> over.incrementAndGet());
        camel.start();
    }

    @AfterEach
    void stop() {
        crowd.leaveAll();
        node().close();
        camel.stop();
    }

    private void hold() {
        if (isHeld) {
            crowd.enter();
        }
    }

    private DagNode node() {
        return camel.getComponent("dag", DagComponent.class).node();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{split: {tokenize: ',', parallelProcessing: true, steps: [{to: direct:write}]}}",
                "{threads: {}}, {multicast: {parallelProcessing: true, steps: [{to: direct:write}, {to: direct:write}]}}",
            })
    void whatTheyWroteIsUndoneWhenTheTaskIsClearedMeanwhile(String step) throws Exception {
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString("fleet.camel.yaml", WORKFLOW.formatted(step)));
        node().start();
        UUID run = begin();
        await().until(() -> crowd.inside() == 2);

        isHeld = false;
        new DagOperations(
                        database,
                        camel.getComponent("dag", DagComponent.class).clock(),
                        node().catalog(),
                        node()::timetable)
                .clear(new Operator("ann", ""), List.of(run), TaskSelection.ALL, false);
        await().until(() -> node().stateOf(run).filter(RunState::isFinal).isPresent());
        crowd.leaveAll();
        await().until(() -> over.get() == 4);

        assertThat(node().stateOf(run)).contains(RunState.SUCCESS);
        assertThat(Query.of("select what from written").on(database).list(row -> row.getString(1)))
                .hasSize(2);
    }

    private UUID begin() throws java.io.IOException {
        try (ProducerTemplate route = camel.createProducerTemplate()) {
            Exchange started = route.request("dag:fleet", exchange -> {});
            return UUID.fromString(started.getMessage().getHeader(DagHeaders.RUN, String.class));
        }
    }
}

package io.caravan.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.dag.engine.SubworkflowRun;
import io.caravan.dag.engine.TestWorkflows;
import io.caravan.dag.run.RunState;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that steps of routes start, with {@code to: dag:<workflow>}. */
@ExtendWith(PostgresExtension.class)
class StartedByRoutesTest {
    private static final Instant LONG_AGO = Instant.parse("2026-03-01T01:00:00Z");
    private static final String WORKFLOWS = """
            - beans:
                - name: orders
                  type: io.caravan.dag.Dag
                  properties: {schedule: "0 2 * * *", timezone: Europe/Amsterdam, params: {city: {type: string, default: Delft}}}
                - name: billing
                  type: io.caravan.dag.Dag
                  properties: {schedule: "0 2 * * *", timezone: Europe/Amsterdam, params: {month: {type: integer, default: 0}}}
            - route: {id: billing-work, from: {uri: "dag:billing/work", steps: [{process: {ref: work}}]}}
            """;

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Database database;
    private final AtomicInteger tries = new AtomicInteger();
    private volatile Processor work = exchange -> {};

    StartedByRoutesTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        new TestWorkflows(database).forgetRuns();
        camel.getRegistry().bind("database", database);
        camel.getRegistry().bind("work", (Processor) exchange -> work.process(exchange));
        camel.getRegistry().bind("failOnce", (Processor) exchange -> failOnce());
        camel.start();
        load(WORKFLOWS);
    }

    @AfterEach
    void stop() {
        camel.getComponent("dag", DagComponent.class).node().close();
        camel.stop();
    }

    @Test
    void aTaskStartsAnotherWorkflowWithItsBodyAsParams() throws Exception {
        tasks("- setBody: {constant: '{\"month\": 3}'}", "- to: dag:billing");

        assertThat(end(startOrders())).isEqualTo(RunState.SUCCESS);

        assertThat(billed()).containsExactly("{\"month\": 3} by route orders-bill");
        assertThat(ofLongAgo("billing")).isZero();
    }

    @Test
    void aTasksNextTryFindsTheRunsThatItStarted() throws Exception {
        tasks(
                "- setBody: {constant: '1,2,2'}",
                "- split: {tokenize: ',', steps: [{setBody: {simple: '{\"month\": ${body}}'}}, {to: 'dag:billing'}]}",
                "- process: {ref: failOnce}");

        assertThat(end(startOrders())).isEqualTo(RunState.SUCCESS);

        assertThat(tries).hasValue(2);
        assertThat(billed())
                .containsExactlyInAnyOrder(
                        "{\"month\": 1} by route orders-bill",
                        "{\"month\": 2} by route orders-bill",
                        "{\"month\": 2} by route orders-bill");
    }

    @Test
    void aTaskThatGivesALogicalTimeMayTryAgain() throws Exception {
        tasks(
                "- setHeader: {name: CaravanDagTriggerLogicalTime, simple: '${variable.run.logicalTime}'}",
                "- to: dag:billing",
                "- process: {ref: failOnce}");

        assertThat(end(startOrders())).isEqualTo(RunState.SUCCESS);

        assertThat(ofLongAgo("billing")).isOne();
    }

    @Test
    void aTaskWhoseRunFailedStartsAnotherAtItsNextTry() throws Exception {
        work = exchange -> failOnce();
        tasks("- to: dag:billing?wait=true");

        assertThat(end(startOrders())).isEqualTo(RunState.SUCCESS);

        assertThat(billed()).hasSize(2);
    }

    @Test
    void aRouteThatIsToldOfASuccessStartsAnotherWorkflow() throws Exception {
        tasks("- log: hello");
        load("- route: {id: then-bill, from: {uri: 'dag:orders?on=succeeded', steps: [{to: 'dag:billing'}]}}");

        end(startOrders());

        await().untilAsserted(() -> assertThat(billed()).containsExactly("{\"month\": 0} by route then-bill"));
    }

    @Test
    void whatAToldRouteWritesIsUndoneWithItsTryAlsoBehindThreads() throws Exception {
        Query.of("create table heard (run text)").on(database).update();
        camel.getRegistry().bind("dataSource", database.dataSource());
        tasks("- log: hello");
        load("""
                - route:
                    id: hear
                    from:
                      uri: dag:orders?on=succeeded
                      steps:
                        - threads: {poolSize: 2}
                        - to: sql:insert into heard values (:#CaravanDagRun)
                        - process: {ref: failOnce}
                """);

        UUID run = startOrders();

        await().untilAsserted(() -> assertThat(heard()).containsExactly(run.toString()));
        assertThat(tries).hasValue(2);
    }

    @Test
    void aToldRouteThatMarksItsExchangeForRollbackIsToldAgain() throws Exception {
        tasks("- log: hello");
        load("""
                - route:
                    id: refuse
                    from:
                      uri: dag:orders?on=succeeded
                      steps:
                        - doTry:
                            steps: [{process: {ref: failOnce}}]
                            doCatch: [{exception: [java.lang.IllegalStateException], steps: [{rollback: {markRollbackOnly: true}}]}]
                        - to: dag:billing
                """);

        startOrders();

        await().untilAsserted(() -> assertThat(billed()).hasSize(1));
        await().until(() -> tries.get() == 2);
    }

    private List<String> heard() {
        return Query.of("select run from heard").on(database).list(row -> row.getString(1));
    }

    @ParameterizedTest
    @CsvSource({
        "a task,     dag:orders/bill,         dag:orders",
        "an event,   dag:orders?on=succeeded, dag:orders",
    })
    void aWorkflowThatStartsItselfByARouteEnds(String what, String from, String to) throws Exception {
        tasks("- log: hello");
        load("- route: {id: again, from: {uri: '" + from.replace("/bill", "/again") + "', steps: [{to: '" + to
                + "'}]}}");

        startOrders();

        await().until(() -> deepest() == SubworkflowRun.DEEPEST);
        assertThat(Query.of("select count(*) from caravan.dag_run where dag = 'orders' and created_by <> 'schedule'")
                        .on(database)
                        .first(row -> row.getInt(1)))
                .contains(SubworkflowRun.DEEPEST + 1);
    }

    @Test
    void aCircleOfWorkflowsIsNamed() throws Exception {
        tasks("- to: dag:billing");
        work = exchange -> camel.createProducerTemplate().send("dag:orders", exchange);

        startOrders();

        await().untilAsserted(
                        () -> assertThat(Query.of("select distinct error from caravan.dag_task where error is not null")
                                        .on(database)
                                        .list(row -> row.getString(1)))
                                .anySatisfy(error -> assertThat(error)
                                        .contains(
                                                "Workflow 'billing' was not started: it would be the 11th run that one run has led to")
                                        .contains("orders -> billing")
                                        .contains("dag:billing?endless=true")));
    }

    @Test
    void aWorkflowMayStartItselfForEverWhereItsRouteSaysSo() throws Exception {
        tasks("- to: dag:orders?endless=true");

        startOrders();

        await().until(() -> Query.of("select count(*) from caravan.dag_run where dag = 'orders'")
                        .on(database)
                        .first(row -> row.getInt(1))
                        .orElse(0)
                > SubworkflowRun.DEEPEST + 5);
        camel.getRouteController().stopRoute("orders-bill");
        assertThat(deepest()).isZero();
    }

    private int deepest() {
        return Query.of("select max(depth) from caravan.dag_run")
                .on(database)
                .first(row -> row.getInt(1))
                .orElse(0);
    }

    @Test
    void aTaskFailsWithTheRunThatItWaitsForWhereItsRouteSaysSo() throws Exception {
        work = exchange -> failOnce();
        load("""
                - route:
                    id: orders-billed
                    from: {uri: "dag:orders/billed", parameters: {kind: runSensor, workflow: billing, failWhenFailed: true}, steps: [{log: there}]}
                """);
        UUID orders = startOrders();

        UUID billing = start("billing");

        assertThat(end(billing)).isEqualTo(RunState.FAILED);
        assertThat(end(orders)).isEqualTo(RunState.FAILED);
        assertThat(Query.of("select error from caravan.dag_task where run = :run")
                        .on(database)
                        .set("run", orders)
                        .first(row -> row.getString(1)))
                .contains("run of workflow 'billing' " + billing + " ended as FAILED");
    }

    @Test
    void aStepThatWaitsGoesOnWhenTheRunHasEnded() throws Exception {
        node().start();
        try (ProducerTemplate route = camel.createProducerTemplate()) {
            Exchange done = route.request(
                    "dag:billing?wait=true", exchange -> exchange.getMessage().setBody(Map.of("month", 4)));
            assertThat(done.getMessage().getHeader(DagHeaders.STATE)).isEqualTo("SUCCESS");

            work = exchange -> failOnce();
            assertThatThrownBy(() -> route.requestBody("dag:billing?wait=true", (Object) null))
                    .rootCause()
                    .hasMessageContaining("ended as FAILED. See: caravan dag tasks");
        }
    }

    @Test
    void aStepThatWouldWaitInATransactionIsRefusedAtOnce() throws Exception {
        node().start();
        try (ProducerTemplate route = camel.createProducerTemplate()) {
            assertThatThrownBy(() -> database.runInTransaction(
                            connection -> route.requestBody("dag:billing?wait=true", (Object) null)))
                    .rootCause()
                    .hasMessageStartingWith("Workflow 'billing' was not started: wait=true would wait inside of a");
        }

        assertThat(billed()).isEmpty();
    }

    /** A workflow of one task, which may try twice. */
    private void tasks(String... steps) throws Exception {
        load("""
                - route:
                    id: orders-bill
                    from:
                      uri: dag:orders/bill
                      parameters: {retries: 1, retryDelay: 1ms}
                      steps:
                %s
                """.formatted(String.join("\n", steps).indent(8)));
    }

    private UUID startOrders() {
        node().start();
        return start("orders");
    }

    /** A run of long ago. */
    private UUID start(String workflow) {
        try (ProducerTemplate route = camel.createProducerTemplate()) {
            Exchange started = route.request(
                    "dag:" + workflow,
                    exchange -> exchange.getMessage().setHeader(DagHeaders.TRIGGER_LOGICAL_TIME, LONG_AGO));
            return UUID.fromString(started.getMessage().getHeader(DagHeaders.RUN, String.class));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void failOnce() {
        if (tries.incrementAndGet() == 1) {
            throw new IllegalStateException("not yet");
        }
    }

    private RunState end(UUID run) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> node().stateOf(run).filter(RunState::isFinal).isPresent());
        return node().stateOf(run).orElseThrow();
    }

    private List<String> billed() {
        return Query.of(
                        "select params::text, created_by from caravan.dag_run where dag = 'billing' and created_by <> 'schedule'")
                .on(database)
                .list(row -> row.getString(1) + " by " + row.getString(2));
    }

    private int ofLongAgo(String dag) {
        return Query.of("select count(*) from caravan.dag_run where dag = :dag and logical_time = :time")
                .on(database)
                .set("dag", dag)
                .set("time", LONG_AGO)
                .first(row -> row.getInt(1))
                .orElseThrow();
    }

    private DagNode node() {
        return camel.getComponent("dag", DagComponent.class).node();
    }

    private void load(String yaml) throws Exception {
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString("orders" + yaml.hashCode() + ".camel.yaml", yaml));
    }
}

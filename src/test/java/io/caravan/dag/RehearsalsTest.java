package io.caravan.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workflows that are run in the foreground. */
@ExtendWith(PostgresExtension.class)
class RehearsalsTest {
    private static final Duration NO_PAUSE = Duration.ofMillis(1);

    private final Database database;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<String> told = new ArrayList<>();

    RehearsalsTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void start() {
        camel.getRegistry().bind("database", database);
        camel.getRegistry().bind("calls", calls);

        camel.getComponent("dag", DagComponent.class).setAutoStartEngine(false);
        camel.getShutdownStrategy().setTimeout(1); // a task that was given up is not waited for
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void itsTasksRunInOrderAndSeeEarlierOutputs() throws Exception {
        load("rides", "", """
                list:  {} : "[1, 2]"
                total: {after: list} : ${variable.outputs[list][1]} of ${variable.params[city]} on ${variable.interval.date}
                """);
        Rehearsals.Ended ended = run("rides");
        assertThat(ended.state()).isEqualTo(RunState.SUCCESS);
        assertThat(told).containsExactly("list SUCCESS [1,2]", "total SUCCESS \"2 of Amsterdam on 2026-01-31\"");
        assertThat(ended.run().intervalStart()).isEqualTo(Instant.parse("2026-01-31T00:00:00Z"));
    }

    @Test
    void nothingOfItIsRecorded() throws Exception {
        load("rides", "", "list: {} : done");
        run("rides");
        assertThat(rows("dag_run") + rows("dag_task") + rows("dag_version") + rows("dag_workflow"))
                .isZero();
    }

    @Test
    void aFailedTaskIsTriedAgainAndThenFailsTheRun() throws Exception {
        load("rides", "", """
                fetch: {retries: 1, retryDelay: 1h} : FAILS
                load:  {after: fetch} : done
                tell:  {after: load, when: one_failed} : told
                """);
        Rehearsals.Ended ended = run("rides");
        assertThat(told).hasSize(4);
        assertThat(told.get(0)).startsWith("fetch UP_FOR_RETRY");
        assertThat(told.get(1)).startsWith("fetch FAILED");
        assertThat(told.get(2)).isEqualTo("load UPSTREAM_FAILED");
        assertThat(states(ended)).containsEntry("tell", TaskState.SUCCESS);
        assertThat(ended.state()).isEqualTo(RunState.SUCCESS);
    }

    @Test
    void aBranchLeavesOutWhatItDidNotChoose() throws Exception {
        load("rides", "", """
                choose: {kind: branch} : full
                full:   {after: choose} : all
                part:   {after: choose} : some
                """);
        assertThat(states(run("rides")))
                .containsEntry("full", TaskState.SUCCESS)
                .containsEntry("part", TaskState.SKIPPED);
        assertThat(told).contains("part SKIPPED left out by choose");
    }

    @Test
    void aBranchThatChoosesWhatIsNotThereHasFailed() throws Exception {
        load("rides", "", """
                choose: {kind: branch} : elsewhere
                full:   {after: choose} : all
                """);
        assertThat(run("rides").state()).isEqualTo(RunState.FAILED);
        assertThat(told.get(0)).contains("chose 'elsewhere'");
    }

    @Test
    void aMappedTaskRunsForEachRowOfAQuery() throws Exception {
        load("rides", "", """
                city:  {forEach: "sql:select name from (values ('Utrecht'), ('Delft')) as c (name) order by 1"} : ${body[name]}
                count: {after: city} : ${variable.outputs[city].size}
                """);
        run("rides");
        assertThat(told).containsExactly("city[0] SUCCESS \"Delft\"", "city[1] SUCCESS \"Utrecht\"", "count SUCCESS 2");
    }

    @Test
    void aMappedGroupRunsForEachItemOfAnEarlierList() throws Exception {
        load("rides", "groups: {city: {forEach: list, after: list}}", """
                list:       {} : '["a", "b"]'
                city.fetch: {} : ${body}
                city.load:  {after: city.fetch} : ${variable.item}
                """);
        Rehearsals.Ended ended = run("rides");
        assertThat(states(ended)).hasSize(6).containsEntry("city", TaskState.SUCCESS);
        assertThat(told).contains("city SUCCESS 2 items", "city.load[1] SUCCESS \"b\"");
    }

    @Test
    void aSensorIsAskedUntilItSaysYes() throws Exception {
        load(
                "rides",
                "",
                """
                there: {kind: sensor, every: 1h} : x
                """,
                "- setBody: {simple: '${bean:calls?method=incrementAndGet}'}\n        - filter: {simple: '${body} < 3', steps: [setBody: {constant: 'false'}]}");
        assertThat(run("rides").state()).isEqualTo(RunState.SUCCESS);
        assertThat(told).hasSize(3);
        assertThat(told.get(0)).startsWith("there UP_FOR_RESCHEDULE");
        assertThat(run("rides").tasks().get(0).attempt()).isEqualTo(1);
    }

    @Test
    void aTaskThatTakesTooLongIsStopped() throws Exception {
        load("rides", "", "slow: {timeout: 50ms} : x", "- delay: {constant: '60000'}");
        assertThat(run("rides").state()).isEqualTo(RunState.FAILED);
        assertThat(told.get(0)).contains("stopped after its timeout");
    }

    @Test
    void aRunThatTakesTooLongIsStoppedAndSaysAtWhichTask() throws Exception {
        load("rides", "", """
                slow: {retries: 3} : x
                tell: {after: slow, when: all_done} : told
                """, "- delay: {constant: '60000'}");
        timeout = Optional.of(Duration.ofMillis(100));
        Rehearsals.Ended ended = run("rides");
        assertThat(ended.state()).isEqualTo(RunState.FAILED);
        assertThat(told).containsExactly("slow FAILED stopped after the run's timeout of 0.10s");
        assertThat(states(ended)).containsEntry("tell", TaskState.READY);
    }

    @Test
    void aRunWhoseTaskIgnoresTheInterruptEndsAllTheSame() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        camel.getRegistry().bind("stubborn", (Processor) exchange -> {
            while (never.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        load("rides", "", "stuck: {} : x", "- process: {ref: stubborn}");
        timeout = Optional.of(Duration.ofMillis(100));
        assertThat(run("rides").state()).isEqualTo(RunState.FAILED);
        assertThat(told).containsExactly("stuck FAILED stopped after the run's timeout of 0.10s");
        never.countDown();
    }

    @Test
    void aSensorThatNeverSaysYesEndsWithTheRun() throws Exception {
        load("rides", "", "there: {kind: sensor, every: 1h} : 'false'");
        timeout = Optional.of(Duration.ofMillis(300));
        assertThat(run("rides").state()).isEqualTo(RunState.FAILED);
        assertThat(told.get(told.size() - 1)).isEqualTo("there FAILED stopped after the run's timeout of 0.30s");
    }

    @Test
    void aWorkflowThatATaskStartsIsRunHereToo() throws Exception {
        load("billing", "", "send: {} : ${variable.params[city]}");
        load("rides", "", """
                bill: {kind: subworkflow, workflow: billing} : '{"city": "Utrecht"}'
                ask:  {kind: approval, after: bill} : please
                """);
        assertThat(run("rides").state()).isEqualTo(RunState.SUCCESS);
        assertThat(told.get(0)).isEqualTo("send SUCCESS \"Utrecht\"");
        assertThat(told.get(1)).startsWith("bill SUCCESS");
        assertThat(told.get(2)).startsWith("ask SUCCESS");
    }

    @Test
    void oneTaskMayBeRunAlone() throws Exception {
        load("rides", "", """
                list: {} : FAILS
                load: {after: list} : done
                """);
        Rehearsals.Ended ended = rehearsals().run(request("rides", null, Optional.of("load")), events());
        assertThat(ended.state()).isEqualTo(RunState.SUCCESS);
        assertThat(states(ended)).containsOnlyKeys("load");
    }

    @Test
    void whatCannotBeginSaysWhy() throws Exception {
        load("rides", "", "list: {} : done");
        load("broken", "", "a: {after: b} : x\nb: {after: a} : y");
        assertThatThrownBy(() -> run("ridez")).hasMessageContaining("Those that are loaded: broken, rides.");
        assertThatThrownBy(() -> run("broken"))
                .hasMessageContaining("in a circle")
                .hasMessageContaining("validate");
        assertThatThrownBy(() -> rehearsals()
                        .run(
                                request(
                                        "rides",
                                        JsonNodeFactory.instance.objectNode().put("town", "x"),
                                        Optional.empty()),
                                events()))
                .hasMessageContaining("'town' is no param of it");
        assertThatThrownBy(() -> rehearsals().run(request("rides", null, Optional.of("lost")), events()))
                .hasMessageContaining("Its tasks: list.");
    }

    private Rehearsals.Ended run(String workflow) throws InterruptedException {
        told.clear();
        return rehearsals().run(request(workflow, null, Optional.empty()), events());
    }

    private Rehearsals rehearsals() {
        return camel.getComponent("dag", DagComponent.class).rehearsals();
    }

    private Rehearsals.Request request(
            String workflow, @org.jspecify.annotations.Nullable ObjectNode params, Optional<String> task) {
        return new Rehearsals.Request(workflow, params, Optional.of("2026-01-31"), task, NO_PAUSE, timeout);
    }

    private Optional<Duration> timeout = Optional.empty();

    private RehearsalEvents events() {
        return new RehearsalEvents() {
            @Override
            public void began(DagRun run) {
                // only what becomes of tasks is compared
            }

            @Override
            public void moved(RehearsedTask task, Duration pause) {
                told.add((task.key() + " " + task.state() + " " + task.detail()).strip());
            }
        };
    }

    private static Map<String, TaskState> states(Rehearsals.Ended ended) {
        return ended.tasks().stream()
                .collect(Collectors.toMap(task -> task.key().toString(), RehearsedTask::state));
    }

    private long rows(String table) {
        return database.inTransaction(connection -> Query.of("select count(*) from caravan." + table)
                .on(database)
                .first(row -> row.getLong(1))
                .orElse(0L));
    }

    private void load(String workflow, String properties, String tasks) throws Exception {
        load(workflow, properties, tasks, "");
    }

    /** @param tasks a line each: its name, its options in braces, and after a colon what it sets its body to */
    private void load(String workflow, String properties, String tasks, String steps) throws Exception {
        StringBuilder yaml = new StringBuilder("""
                - beans:
                    - name: %s
                      type: io.caravan.dag.Dag
                      properties:
                        schedule: "@daily"
                        params: {city: Amsterdam}
                        %s
                """.formatted(workflow, properties));
        for (String line : tasks.lines().toList()) {
            String name = line.substring(0, line.indexOf(':')).strip();
            String options = line.substring(line.indexOf('{'), line.lastIndexOf("} :") + 1);
            String body = line.substring(line.lastIndexOf("} :") + 3).strip().replaceAll("^['\"]|['\"]$", "");
            yaml.append("""
                    - route:
                        from:
                          uri: dag:%s/%s
                          parameters: %s
                          steps:
                            %s
                    """.formatted(workflow, name, options, steps.isEmpty() ? step(body) : steps));
        }
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString(workflow + ".camel.yaml", yaml.toString()));
    }

    private static String step(String body) {
        return body.equals("FAILS")
                ? "- throwException: {exceptionType: java.io.IOException, message: no route to host}"
                : "- setBody: {simple: '" + body + "'}";
    }
}

package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.dag.RecordedWorkflows;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine;

@ExtendWith(PostgresExtension.class)
class DagCommandsTest {
    private final Database database;
    private final RecordedWorkflows workflows;
    private final StringWriter out = new StringWriter();

    DagCommandsTest(Database database) {
        this.database = database;
        this.workflows = new RecordedWorkflows(database);
    }

    @BeforeEach
    void record() {
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(
                        "truncate caravan.dag_workflow, caravan.dag_version, caravan.dag_pool, caravan.dag_audit, caravan.dag_import_error, caravan.dag_refused_file, caravan.dag_worker");
            }
        });
        workflows.recorded();
    }

    @AfterEach
    void stop() {
        workflows.close();
    }

    private int run(Clock clock, String... arguments) {
        out.getBuffer().setLength(0);
        DagDesk desk = new DagDesk(() -> database, name -> calendar(name), clock);
        CommandLine dag = DagCommands.of(
                desk,
                new DagNextCommand(desk::timetableOf, name -> calendar(name), clock, InputStream.nullInputStream()));
        dag.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true));
        return dag.execute(arguments);
    }

    private static io.caravan.calendar.BusinessCalendar calendar(String name) {
        throw new IllegalArgumentException(name);
    }

    /** Runs a command that is written as people type it. */
    private int run(String line) {
        return run(Clock.systemUTC(), line.split(" ", -1));
    }

    private JsonNode json(String line) throws Exception {
        assertThat(run(line + " --json")).isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    private void awaitTask(String task, TaskState state) {
        await().untilAsserted(() -> assertThat(workflows.state(task)).isEqualTo(state));
    }

    private void awaitRun(RunState state) {
        await().untilAsserted(() -> assertThat(workflows.state()).contains(state));
    }

    @Test
    void theListTellsWhenEachWorkflowRunsNextAndHowItStands() throws Exception {
        Clock noon = Clock.fixed(Instant.parse("2026-07-01T12:00:00Z"), ZoneOffset.UTC);
        assertThat(run(noon, "list")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "WORKFLOW  SCHEDULE                      NEXT RUN              STATE  RUNNING  QUEUED  LATEST  MISSED",
                        "rides     0 2 * * * (Europe/Amsterdam)  2026-07-02T00:00:00Z  on     0        0       -       -",
                        "No service runs on this database, so nothing begins until one does: caravan run");
        assertThat(run("pause rides --by ann")).isZero();
        assertThat(out.toString()).contains("Workflow rides is paused.");
        assertThat(json("list").at("/0/paused").asBoolean()).isTrue();
        assertThat(json("list").at("/0/nextRunAt").isNull()).isTrue();
        assertThat(run("unpause rides")).isZero();
        assertThat(run("unpause rides")).isZero();
        assertThat(out.toString()).contains("was not paused");
    }

    @Test
    void theListTellsWhichWorkflowsCannotBeAsTheirFilesSay() throws Exception {
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("""
                        insert into caravan.dag_import_error values
                        ('rides', '2026-03-01Z', 'task ''stage'' after: ''fetsch'' is no task; write fetch', 'node7'),
                        ('trips', '2026-03-02Z', 'has no tasks; add one', 'node7')""");
            }
        });
        assertThat(run("list")).isZero();
        assertThat(out.toString())
                .contains("rides can't be as its files say since 2026-03-01T00:00:00Z; its last good version goes on:")
                .contains("  task 'stage' after: 'fetsch' is no task; write fetch")
                .contains("trips can't be as its files say since 2026-03-02T00:00:00Z, so it does not run:");
        assertThat(json("list").at("/0/importError").asText()).startsWith("task 'stage'");
        assertThat(json("list").at("/1/dag").asText()).isEqualTo("trips");
    }

    @Test
    void theListTellsWhichFilesAProcessThatLivesCannotLoad() throws Exception {
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("""
                        insert into caravan.dag_worker (id, node, until) values (gen_random_uuid(), 'node7', 'infinity')""");
                statement.execute("""
                        insert into caravan.dag_refused_file values
                        ('node7', 'routes/bad.yaml', '2026-03-01Z', 'routes/bad.yaml:3: no; mend it', false),
                        ('node6', 'routes/old.yaml', '2026-03-01Z', 'routes/old.yaml:3: no; mend it', true)""");
            }
        });
        assertThat(run("list")).isZero();
        assertThat(out.toString())
                .contains("routes/bad.yaml can't be loaded since 2026-03-01T00:00:00Z, so nothing of it runs:")
                .contains("  routes/bad.yaml:3: no; mend it")
                .doesNotContain("old.yaml");
        assertThat(json("list").at("/1/importError").asText()).isEqualTo("routes/bad.yaml:3: no; mend it");
        assertThat(run("show trips")).isEqualTo(1);
        assertThat(out.toString())
                .contains("There are: rides; can't be loaded: routes/bad.yaml (caravan dag list says why)");
    }

    @Test
    void aWorkflowIsShownWithItsTasksAndItsSource() throws Exception {
        assertThat(run("show rides")).isZero();
        assertThat(out.toString())
                .contains("rides: Load yesterday's rides")
                .contains("schedule  0 2 * * * (Europe/Amsterdam)")
                .contains("param     city (string) = \"Amsterdam\"")
                .containsPattern("promote +task +stage +all_success");
        assertThat(json("show rides").at("/tasks/1/after/0").asText()).isEqualTo("stage");
        assertThat(run("show rides --source")).isZero();
        assertThat(out.toString()).contains("- name: rides");
        assertThat(run("show rydes")).isOne();
        assertThat(out.toString()).contains("There is no workflow 'rydes'. There are: rides");
        assertThat(run("show rides --version 7")).isOne();
        assertThat(out.toString()).contains("has no version 7; its newest is 1");
    }

    @Test
    void aRunIsFollowedFromItsTriggerThroughFailureRestartAndApprovalToItsEnd() throws Exception {
        workflows.broken(true).node();
        assertThat(run("trigger rides -p city=Utrecht --note tried")).isZero();
        assertThat(out.toString()).contains("params {\"city\": \"Utrecht\"}");
        awaitRun(RunState.FAILED);

        assertThat(run("tasks rides")).isZero();
        assertThat(out.toString())
                .containsPattern("promote +failed +1 .* no such tariff")
                .containsPattern("release +upstream_failed +0")
                .contains("(tried)");
        assertThat(run("clear rides latest --failed --dry-run")).isZero();
        assertThat(out.toString()).contains("3 would be cleared.");

        workflows.broken(false);
        assertThat(run("restart rides latest --by ann --why mended")).isZero();
        assertThat(out.toString()).contains("3 cleared; the run goes on.");
        awaitTask("release", TaskState.AWAITING);
        assertThat(run("approve rides latest --by bob")).isZero();
        awaitRun(RunState.SUCCESS);

        JsonNode run = json("tasks rides latest");
        assertThat(run.at("/state").asText()).isEqualTo("SUCCESS");
        assertThat(run.at("/tasks/1/attempt").asInt()).isEqualTo(2);
        assertThat(run.at("/tasks/1/attempts/0/error").asText()).isEqualTo("no such tariff");
        assertThat(run.at("/tasks/2/output/by").asText()).isEqualTo("bob");
        assertThat(run("tasks rides --attempts")).isZero();
        assertThat(out.toString()).containsPattern("  promote +failed +1").containsPattern("promote +success +2");
        assertThat(run("audit rides")).isZero();
        assertThat(out.toString())
                .containsPattern("ann +restart +rides .* mended")
                .containsPattern("bob +approve");
    }

    @Test
    void aRunIsNamedByItsIdTheBeginningOfThatItsLogicalTimeItsDayOrAsLatest() throws Exception {
        assertThat(run("pause rides")).isZero();
        assertThat(run("trigger rides --at 2026-03-01T02:00")).isZero();
        assertThat(out.toString()).contains("No service runs on this database, so nothing begins until one does");
        assertThat(run("trigger rides --at 2026-03-02T02:00")).isZero();
        String first = json("runs rides").at("/1/run").asText();
        String second = json("runs rides").at("/0/run").asText();
        assertThat(json("runs rides").at("/1/logicalTime").asText()).isEqualTo("2026-03-01T01:00:00Z");

        assertThat(json("tasks " + first).at("/run").asText()).isEqualTo(first);
        assertThat(json("tasks rides " + first.substring(0, 33)).at("/run").asText())
                .isEqualTo(first);
        assertThat(json("tasks rides 2026-03-01T02:00").at("/run").asText()).isEqualTo(first);
        assertThat(json("tasks rides 2026-03-01").at("/run").asText()).isEqualTo(first);
        assertThat(json("tasks rides latest").at("/run").asText()).isEqualTo(second);
        assertThat(json("tasks rides").at("/run").asText()).isEqualTo(second);
        assertThat(run("tasks rides 2026-03-05")).isOne();
        assertThat(out.toString()).contains("has no run of 2026-03-05 (Europe/Amsterdam)");
        assertThat(run("tasks rides whichever")).isOne();
        assertThat(run("cancel rides")).isOne();
        assertThat(out.toString()).contains("Which run of workflow 'rides'?");
        assertThat(run("tasks rides " + first.substring(0, 5))).isOne();
        assertThat(out.toString()).contains("more than one run").contains(first).contains(second);
    }

    @Test
    void aRunIsCancelledRestartedMarkedAndReplayed() throws Exception {
        workflows.node();
        assertThat(run("trigger rides")).isZero();
        awaitTask("release", TaskState.AWAITING);
        String run = json("runs rides").at("/0/run").asText();
        assertThat(run("tasks rides")).isZero();
        assertThat(out.toString()).contains("waits for approval: caravan dag approve " + run);
        assertThat(json("tasks rides").at("/tasks/2/awaits/dag").isNull()).isTrue();
        assertThat(json("tasks rides").at("/tasks/0/awaits").isNull()).isTrue();
        assertThat(json("cancel rides latest --by ann").at("/cancelled/0").asText())
                .isEqualTo(run);
        awaitRun(RunState.CANCELLED);
        assertThat(run("runs rides --state cancelled")).isZero();
        assertThat(out.toString()).contains("cancelled by ann");

        assertThat(run("restart rides latest")).isZero();
        awaitTask("release", TaskState.AWAITING);
        assertThat(run("mark rides latest -t release --success")).isZero();
        awaitRun(RunState.SUCCESS);
        assertThat(run("mark rides latest --failed --why odd")).isZero();
        assertThat(out.toString()).contains("The run is failed.");
        assertThat(run("mark rides latest --failed --why odd")).isOne();
        assertThat(out.toString()).contains("has ended so already (failed), so nothing was changed.");
        assertThat(run("mark rides latest -t stage --success")).isOne();
        assertThat(run("mark rides latest")).isEqualTo(2);

        assertThat(run("replay rides " + run)).isZero();
        assertThat(out.toString()).contains("a replay of " + run);
        awaitTask("release", TaskState.AWAITING);
        assertThat(run("approve rides latest --reject --why no")).isZero();
        awaitRun(RunState.FAILED);
    }

    @Test
    void aBackfillIsPlannedMadeShownPausedAndCancelled() throws Exception {
        JsonNode plan = json("backfill create rides --from 2026-03-27 --to 2026-03-30 --dry-run");
        assertThat(plan.at("/toRun").asInt()).isEqualTo(4);
        assertThat(plan.at("/steps/0/logicalTime").asText()).isEqualTo("2026-03-27T01:00:00Z");
        assertThat(plan.at("/steps/3/logicalTime").asText()).isEqualTo("2026-03-30T00:00:00Z");
        assertThat(run("backfill create rides --from 2026-03-27 --to 2026-03-28 --dry-run"))
                .isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "LOGICAL TIME          INTERVAL END          WOULD   WHY",
                        "2026-03-27T01:00:00Z  2026-03-28T01:00:00Z  create  no run yet",
                        "2026-03-28T01:00:00Z  2026-03-29T01:00:00Z  create  no run yet",
                        "2 of 2 would be run.");

        String id = json("backfill create rides --from 2026-03-27 --to 2026-03-30")
                .at("/backfill")
                .asText();
        assertThat(run("backfill create rides --from 2026-03-27 --to 2026-03-30"))
                .isOne();
        assertThat(run("backfill pause rides")).isZero();
        assertThat(run("backfill list")).isZero();
        assertThat(out.toString()).containsPattern(id + " +rides .* paused +4 +0 +0 +0 +0");
        assertThat(run("backfill resume " + id)).isZero();
        workflows.node();
        awaitTask("release", TaskState.AWAITING);
        assertThat(json("backfill show rides").at("/dates/0/runState").asText()).isEqualTo("RUNNING");
        assertThat(run("backfill cancel rides --by ann")).isZero();
        assertThat(run("backfill show rides")).isZero();
        assertThat(out.toString()).containsPattern("2026-03-28T01:00:00Z +skipped +- +cancelled by ann");
        assertThat(run("backfill create rides --from 2026-03-27 --to 2026-03-30 --reprocess some"))
                .isEqualTo(2);
    }

    @Test
    void poolsAreListedAndSet() throws Exception {
        assertThat(run("pools staging --slots 3 --by ann")).isZero();
        assertThat(json("pools").at("/0/slots").asInt()).isEqualTo(3);
        assertThat(run("pools staging")).isEqualTo(2);
        assertThat(run("pools nil --slots 3")).isOne();
        assertThat(out.toString()).contains("There is no pool 'nil'. There are: staging");
        assertThat(json("audit").at("/0/detail").asText()).isEqualTo("pool staging: 1 -> 3");
    }

    @Test
    void theNextTicksOfAWorkflowComeFromTheDatabase() throws Exception {
        assertThat(json("next rides --from 2026-03-28T12:00 --count 1")
                        .at("/ticks/0/at")
                        .asText())
                .isEqualTo("2026-03-29T01:00:00Z");
        assertThat(run("next rydes")).isOne();
        assertThat(out.toString()).contains("There is no workflow 'rydes'");
    }

    @Test
    void keptLogLinesAreReadByTaskAndTry() throws Exception {
        workflows.node();
        assertThat(run("trigger rides")).isZero();
        awaitTask("release", TaskState.AWAITING);
        assertThat(run("logs rides")).isZero();
        assertThat(out.toString()).contains("No lines were kept of tasks of run ");
        assertThat(run("logs rides -t st*")).isZero();
        assertThat(out.toString()).contains("No lines were kept of task st* of run ");
        assertThat(run("logs rides -t stag")).isOne();
        assertThat(out.toString()).contains("Workflow 'rides' has no task 'stag'. It has: stage");
    }

    @Test
    void aParamThatIsNoneIsToldWithThoseThatAre() {
        assertThat(run("trigger rides -p town=Utrecht")).isOne();
        assertThat(out.toString()).contains("town").contains("city").doesNotContain("?.");
        assertThat(run("trigger rides --params {")).isOne();
        assertThat(run("trigger rides --at soon")).isEqualTo(2);
    }
}

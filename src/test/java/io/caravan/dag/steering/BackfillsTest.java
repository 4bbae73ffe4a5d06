package io.caravan.dag.steering;

import static io.caravan.dag.engine.TestWorkflows.succeeded;
import static io.caravan.dag.engine.TestWorkflows.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.engine.Backfill;
import io.caravan.dag.engine.BackfillDate;
import io.caravan.dag.engine.BackfillPlan;
import io.caravan.dag.engine.BackfillRepository;
import io.caravan.dag.engine.EngineSettings;
import io.caravan.dag.engine.HeardRuns;
import io.caravan.dag.engine.Reprocess;
import io.caravan.dag.engine.TestWorkflows;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskState;
import io.caravan.dag.steering.Backfills.Wish;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After Airflow's test_backfill: a daily workflow in January; days as two digits. */
@ExtendWith(PostgresExtension.class)
class BackfillsTest {
    private static final Operator ANN = new Operator("ann", "new tariff");
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final TestWorkflows workflows;
    private final Backfills backfills;
    private final BackfillRepository repository;
    private final List<String> order = new CopyOnWriteArrayList<>();
    private final String flow = "filled" + NUMBER.incrementAndGet();
    private int most = 1;
    private Reprocess reprocess = Reprocess.NONE;
    private boolean newestFirst;

    BackfillsTest(Database database) {
        workflows = new TestWorkflows(database);
        backfills = workflows.backfills();
        repository = new BackfillRepository(database);
        workflows.does("a", claim -> {
            order.add(claim.run().logicalTime().toString().substring(8, 10));
            return succeeded();
        });
    }

    @AfterEach
    void stop() {
        workflows.close();
        workflows.forgetRuns();
    }

    @Test
    void aBackfillThatCannotGoOnKeepsNoOtherFromIt() {
        workflows.with(daily(false, task("a")));
        workflows.with(DagOf.id("broken").tasks(TaskOf.id("a")));
        Query.of("""
                insert into caravan.dag_backfill (id, dag, from_time, to_time, newest_first, reprocess, max_active_runs, state, created_by)
                values (:id, 'broken', now(), now(), false, 'NONE', 1, 'RUNNING', 'ann')""").on(workflows.database).set("id", new UUID(0, 1)).update();
        UUID sound = backfills.create(ANN, wish("01", "02"));
        Definitions broken = new Definitions() {
            @Override
            public Optional<DagDefinition> find(String dag, int version) {
                return workflows.find(dag, version);
            }

            @Override
            public Optional<Current> current(String dag) {
                if (dag.equals("broken")) {
                    throw new IllegalArgumentException("can't be read");
                }
                return workflows.current(dag);
            }
        };

        workflows.startDueDates(broken);

        assertThat(workflows.count("dag_backfill_date where state = 'STARTED' and backfill = '" + sound + "'"))
                .isOne();
    }

    private DagDefinition daily(boolean dependsOnPast, TaskDefinition... tasks) {
        return new DagDefinition(
                flow,
                "",
                "",
                List.of(),
                Optional.of(Timing.of("@daily", ZoneOffset.UTC)),
                Optional.empty(),
                1,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                dependsOnPast,
                List.of(),
                List.of(tasks));
    }

    private Wish wish(String from, String to) {
        return new Wish(flow, day(from), day(to), newestFirst, reprocess, most, null);
    }

    private static Instant day(String day) {
        return Instant.parse("2026-01-" + day + "T00:00:00Z");
    }

    private Backfill state(UUID id) {
        return repository.find(id.toString()).get(0);
    }

    private void awaitDone(UUID id) {
        await().untilAsserted(() -> assertThat(state(id).state()).isEqualTo(Backfill.State.DONE));
    }

    private void existing(String day, RunState state) {
        UUID run = workflows.trigger(flow, day(day));
        String sql = "update caravan.dag_run set state = '" + state + "'"
                + (state.isFinal() ? ", ended_on = now(), ended_at = now()" : "") + " where id = '" + run
                + "' returning 1";
        assertThat(number(sql)).isOne();
        if (state.isFinal()) {
            number("with gone as (update caravan.dag_task set state = '"
                    + (state == RunState.SUCCESS ? state : "FAILED") + "', ended_on = now() where run = '" + run
                    + "' returning 1) select count(*) from gone");
        }
    }

    private int number(String sql) {
        return workflows.ask(sql, row -> row.getInt(1));
    }

    private String text(String sql) {
        return workflows.ask(sql, row -> row.getString(1));
    }

    private String dates(UUID id) {
        return repository.dates(id).stream()
                .map(date -> date.logicalTime().toString().substring(8, 10) + " "
                        + date.state().name().toLowerCase(java.util.Locale.ROOT)
                        + (date.state() == BackfillDate.State.SKIPPED ? ": " + date.reason() : ""))
                .collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @CsvSource({"false, 01 02 03 04 05", "true, 05 04 03 02 01"})
    void runsAreMadeInTheirOrder(boolean reverse, String expected) {
        newestFirst = reverse;
        workflows.with(daily(false, task("a"))).node();
        UUID id = backfills.create(ANN, wish("01", "05"));
        awaitDone(id);
        assertThat(order).containsExactly(expected.split(" "));
        assertThat(number("select count(*) from caravan.dag_run where backfill = '" + id
                        + "' and kind = 'BACKFILL' and lane = 1 and state = 'SUCCESS'"))
                .isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NONE      | 4 | 03 started, 04 started, 05 skipped: already exists (success), 06 skipped: already exists (failed), 07 skipped: in flight (running), 08 started, 09 started",
                "FAILED    | 5 | 03 started, 04 started, 05 skipped: already exists (success), 06 started, 07 skipped: in flight (running), 08 started, 09 started",
                "COMPLETED | 6 | 03 started, 04 started, 05 started, 06 started, 07 skipped: in flight (running), 08 started, 09 started",
            })
    void whatExistsIsReprocessedAsAsked(Reprocess which, int runs, String expected) {
        reprocess = which;
        most = 10;
        workflows.with(daily(false, task("a")));
        existing("05", RunState.SUCCESS);
        existing("06", RunState.FAILED);
        existing("07", RunState.RUNNING);
        assertThat(backfills.plan(wish("03", "09")).toRun()).hasSize(runs);
        UUID id = backfills.create(ANN, wish("03", "09"));
        workflows.startDueDates(workflows);
        assertThat(dates(id)).isEqualTo(expected);
        assertThat(state(id).active()).isEqualTo(runs);
    }

    @Test
    void itsRunsAreToldOfAsAllOthers() {
        HeardRuns heard = new HeardRuns();
        workflows.listeners.add(heard);
        workflows.with(daily(false, task("a"))).node();

        awaitDone(backfills.create(ANN, wish("01", "02")));

        await().untilAsserted(() -> assertThat(heard.ended).hasSize(2));
        assertThat(heard.started).hasSize(2);
    }

    @Test
    void aReprocessedRunGoesByTheNewestVersionAndOthersKeepTheirs() {
        reprocess = Reprocess.FAILED;
        workflows.with(daily(false, task("a"), task("old", "a")));
        existing("05", RunState.SUCCESS);
        existing("06", RunState.FAILED);
        workflows.with(2, daily(false, task("a"), task("new", "a"))).node();
        UUID id = backfills.create(ANN, wish("05", "07"));
        awaitDone(id);
        assertThat(text(
                        "select string_agg(version || ' ' || kind || ' ' || state, ', ' order by logical_time) from caravan.dag_run where dag = '"
                                + flow + "'"))
                .isEqualTo("1 MANUAL SUCCESS, 2 BACKFILL SUCCESS, 2 BACKFILL SUCCESS");
        UUID again = repository.dates(id).get(1).run();
        assertThat(workflows.tasks(java.util.Objects.requireNonNull(again)))
                .isEqualTo(Map.of("a", TaskState.SUCCESS, "new", TaskState.SUCCESS));
    }

    @Test
    void aSecondBackfillOfTheSameWorkflowIsRefused() {
        workflows.with(daily(false, task("a")));
        UUID first = backfills.create(ANN, wish("01", "05"));
        assertThatThrownBy(() -> backfills.create(ANN, wish("06", "07")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is being backfilled already (" + first);
        backfills.cancel(ANN, first);
        assertThat(backfills.create(ANN, wish("06", "07"))).isNotNull();
    }

    @Test
    void newestFirstContradictsAWorkflowThatDependsOnItsPast() {
        newestFirst = true;
        workflows.with(daily(true, task("a")));
        assertThatThrownBy(() -> backfills.create(ANN, wish("01", "05")))
                .hasMessageContaining("backfill it oldest first");
    }

    @Test
    void theFirstRunOfABackfillDoesNotAskForItsPast() {
        most = 3;
        workflows.with(daily(true, task("a")));
        number("with w as (update caravan.dag_workflow set depends_on_past = true where dag = '" + flow
                + "' returning 1) select count(*) from w");
        existing("02", RunState.FAILED);
        workflows.node();
        UUID id = backfills.create(ANN, wish("03", "05"));
        awaitDone(id);
        assertThat(order).containsExactly("03", "04", "05");
    }

    @Test
    void noMoreRunsThanItsLimitAreInProgress() {
        most = 3;
        AtomicInteger now = new AtomicInteger();
        AtomicInteger highest = new AtomicInteger();
        Map<String, Integer> ran = new ConcurrentHashMap<>();
        workflows.does("a", claim -> {
            highest.accumulateAndGet(now.incrementAndGet(), Math::max);
            await().pollDelay(Duration.ofMillis(15)).until(() -> true);
            now.decrementAndGet();
            ran.merge(claim.run().logicalTime().toString(), 1, Integer::sum);
            return succeeded();
        });
        workflows.with(daily(false, task("a"))).node();
        workflows.node();
        UUID id = backfills.create(ANN, wish("01", "25"));
        awaitDone(id);
        assertThat(highest.get()).isBetween(2, 3);
        assertThat(ran).hasSize(25).allSatisfy((day, times) -> assertThat(times).isOne());
    }

    @Test
    void theNextRunBeginsAsSoonAsOneEnds() {
        workflows
                .with(daily(false, task("a")))
                .node(settings -> new EngineSettings(
                        "slow", 4, Duration.ofHours(2), Duration.ofMinutes(10), Duration.ofMinutes(10), 90));
        UUID id = backfills.create(ANN, wish("01", "25"));
        awaitDone(id);
        assertThat(order).hasSize(25);
    }

    @Test
    void aPausedBackfillMakesNoRunsUntilItIsResumed() {
        workflows.with(daily(false, task("a")));
        UUID id = backfills.create(ANN, wish("01", "05"));
        assertThat(backfills.pause(ANN, id)).isTrue();
        workflows.startDueDates(workflows);
        assertThat(state(id).active()).isZero();
        workflows.node();
        assertThat(backfills.resume(ANN, id)).isTrue();
        awaitDone(id);
        assertThatThrownBy(() -> backfills.pause(ANN, id)).hasMessageContaining("has ended (DONE)");
    }

    @Test
    void aCancelledBackfillMakesNoMoreRuns() {
        workflows.with(daily(false, task("a")));
        UUID id = backfills.create(ANN, wish("01", "03"));
        workflows.startDueDates(workflows);
        backfills.cancel(ANN, id);
        assertThat(state(id).state()).isEqualTo(Backfill.State.CANCELLED);
        assertThat(dates(id))
                .isEqualTo(
                        "01 started, 02 skipped: cancelled by ann: new tariff, 03 skipped: cancelled by ann: new tariff");
        workflows.node();
        await().untilAsserted(() -> assertThat(order).containsExactly("01"));
    }

    @Test
    void whatIsNotDueIsLeftToTheSchedule() {
        workflows.with(daily(false, task("a")));
        Instant today = Instant.now();
        BackfillPlan plan = backfills.plan(new Wish(
                flow, today.minus(Duration.ofDays(3)), today.plus(Duration.ofDays(3)), false, Reprocess.NONE, 1, null));
        assertThat(plan.toRun()).hasSize(2);
        assertThat(plan.steps())
                .hasSize(6)
                .last()
                .satisfies(step -> assertThat(step.reason()).startsWith("not due before "));
    }

    @Test
    void whatCannotBeIsRefused() {
        workflows.with(daily(false, task("a"))).with(TestWorkflows.dag(flow + "-byhand", task("a")));
        assertThatThrownBy(() -> wish("05", "01")).hasMessageContaining("before it begins");
        assertThatThrownBy(() -> backfills.create(
                        ANN, new Wish(flow + "-byhand", day("01"), day("02"), false, Reprocess.NONE, 1, null)))
                .hasMessageContaining("has no schedule");
        assertThatThrownBy(() -> backfills.create(
                        ANN,
                        new Wish(
                                flow,
                                day("01"),
                                day("02"),
                                false,
                                Reprocess.NONE,
                                1,
                                JsonNodeFactory.instance.objectNode().put("x", 1))))
                .hasMessageContaining("'x'");
        existing("01", RunState.SUCCESS);
        assertThatThrownBy(() -> backfills.create(ANN, wish("01", "01"))).hasMessageContaining("nothing to run");
        assertThatThrownBy(() -> backfills.cancel(ANN, UUID.randomUUID())).hasMessageContaining("no backfill");
    }
}

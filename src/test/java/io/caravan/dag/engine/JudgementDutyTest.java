package io.caravan.dag.engine;

import static io.caravan.dag.engine.TestWorkflows.dag;
import static io.caravan.dag.engine.TestWorkflows.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.OnHoliday;
import io.caravan.dag.RecordedWorkflows;
import io.caravan.dag.StoredDefinitions;
import io.caravan.dag.definition.CatchUp;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Expect;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.event.AllDagEvents;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.RunState;
import io.caravan.dag.schedule.Timetable;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PostgresExtension.class)
class JudgementDutyTest {
    private static final ZoneId AMSTERDAM = ZoneId.of("Europe/Amsterdam");

    private static final Expect BY_HALF_PAST_SEVEN =
            new Expect("0 7 * * MON-FRI", Duration.ofHours(24), Duration.ofMinutes(30), Optional.empty());

    private final Database database;
    private final TestWorkflows workflows;

    JudgementDutyTest(Database database) {
        this.database = database;
        this.workflows = new TestWorkflows(database);
    }

    @AfterEach
    void stop() {
        workflows.close();
    }

    @Test
    void aRunThatNeverBeganMissesItsDeadlineAndIsToldOnce() {
        workflows.with(nightly("rides", Optional.of(Duration.ofMinutes(45)), Optional.empty()));
        listensTo("rides");
        seen("rides", "2026-03-01T12:00:00Z");
        judge("2026-03-02T01:44:00Z");
        assertThat(misses("rides")).isEmpty();

        judge("2026-03-02T01:46:00Z");
        judge("2026-03-02T01:47:00Z");
        assertThat(misses("rides")).containsExactly("deadline 2026-03-01T01:00:00Z it never began");
        assertThat(notices()).containsExactly("deadline");
    }

    @Test
    void whatWasDueBeforeTheWorkflowWasThereIsNoMiss() {
        workflows.with(nightly("young", Optional.of(Duration.ofMinutes(45)), Optional.empty()));
        seen("young", "2026-03-02T01:10:00Z");
        judge("2026-03-02T12:00:00Z");
        assertThat(misses("young")).isEmpty();
    }

    @Test
    void whatWasMissedWhileNobodyWasThereIsToldAfterwards() {
        workflows.with(nightly("away", Optional.of(Duration.ofMinutes(45)), Optional.empty()));
        seen("away", "2026-03-01T12:00:00Z");
        judge("2026-03-04T12:00:00Z");
        assertThat(misses("away")).hasSize(3);
    }

    @Test
    void aRunThatSucceedsLateResolvesItsMiss() {
        workflows.with(nightly("late", Optional.of(Duration.ofMinutes(45)), Optional.empty()));
        listensTo("late");
        seen("late", "2026-03-01T12:00:00Z");
        judge("2026-03-02T02:00:00Z");
        workflows.clock = Clock.fixed(Instant.parse("2026-03-02T03:00:00Z"), ZoneOffset.UTC);
        runs("late", "2026-03-01T01:00:00Z", "2026-03-01T01:00:00Z");
        assertThat(workflows.<Boolean>ask(
                        "select resolved_at is not null from caravan.dag_miss where dag = 'late'",
                        row -> row.getBoolean(1)))
                .isTrue();
        assertThat(notices()).contains("deadline", "deadlineResolved");
    }

    @Test
    void aReplayThatSucceedsResolvesTheMissOfItsOrigin() {
        workflows.with(nightly("replayed", Optional.of(Duration.ofMinutes(45)), Optional.empty()));
        listensTo("replayed");
        seen("replayed", "2026-03-01T12:00:00Z");
        judge("2026-03-02T02:00:00Z");
        workflows.clock = Clock.fixed(Instant.parse("2026-03-02T03:00:00Z"), ZoneOffset.UTC);

        runs("replayed", "2026-03-02T03:00:00Z", "2026-03-01T01:00:00Z");

        assertThat(notices()).containsExactly("deadline", "deadlineResolved");
    }

    @Test
    void aMissThatWasMadeGoodBeforeItWasNoticedIsToldAndTakenBack() {
        workflows.with(nightly("unnoticed", Optional.of(Duration.ofMinutes(45)), Optional.empty()));
        listensTo("unnoticed");
        seen("unnoticed", "2026-03-01T12:00:00Z");
        succeeded("unnoticed", "2026-03-01T01:00:00Z", "2026-03-02T01:50:00Z");

        judge("2026-03-02T12:00:00Z");
        judge("2026-03-02T12:00:10Z");

        assertThat(misses("unnoticed")).hasSize(1);
        assertThat(notices()).containsExactly("deadline", "deadlineResolved");
    }

    @Test
    void aNewDeadlineJudgesNothingOfThePast() {
        record(nightly("grown", Optional.empty(), Optional.empty()), "2026-01-01T12:00:00Z");
        judgeRecorded("2026-01-01T12:00:00Z");

        record(nightly("grown", Optional.of(Duration.ofMinutes(45)), Optional.empty()), "2026-03-01T12:00:00Z");
        judgeRecorded("2026-03-01T12:00:01Z");
        assertThat(misses("grown")).isEmpty();

        judgeRecorded("2026-03-02T01:46:00Z");
        assertThat(misses("grown")).containsExactly("deadline 2026-03-01T01:00:00Z it never began");
    }

    @Test
    void aChangedScheduleMissesNothingBeforeTheChange() {
        Optional<Duration> deadline = Optional.of(Duration.ofMinutes(45));
        record(scheduled("moved", "0 2 * * *", deadline, Optional.empty()), "2026-03-01T12:00:00Z");
        record(scheduled("moved", "0 * * * *", deadline, Optional.empty()), "2026-03-02T01:10:00Z");
        judgeRecorded("2026-03-02T01:11:00Z");
        assertThat(misses("moved")).isEmpty();

        // was due before the change, and is judged as it was then
        judgeRecorded("2026-03-02T01:46:00Z");
        assertThat(misses("moved")).containsExactly("deadline 2026-03-01T01:00:00Z it never began");

        judgeRecorded("2026-03-02T02:46:00Z");
        assertThat(misses("moved")).hasSize(2).contains("deadline 2026-03-02T01:00:00Z it never began");
        assertThat(workflows.count("dag_past_rules where dag = 'moved'")).isZero();
    }

    @Test
    void whatWasMissedWhileNobodyWasThereIsToldAlsoWhenTheWorkflowHasBeenChangedSince() {
        record(nightly("edited", Optional.of(Duration.ofMinutes(45)), Optional.empty()), "2026-03-01T12:00:00Z");
        judgeRecorded("2026-03-01T12:00:00Z");
        record(nightly("edited", Optional.of(Duration.ofHours(3)), Optional.empty()), "2026-03-04T12:00:00Z");
        judgeRecorded("2026-03-04T12:00:00Z");
        assertThat(misses("edited")).hasSize(3);
    }

    @Test
    void aWorkflowThatComesBackMissedNothingOfItsAbsence() {
        DagDefinition dag = nightly("absent", Optional.of(Duration.ofMinutes(45)), Optional.empty());
        record(dag, "2026-03-01T12:00:00Z");
        judgeRecorded("2026-03-01T12:00:00Z");
        RecordedWorkflows.removed(database, "absent");

        record(dag, "2026-03-04T12:00:00Z");
        judgeRecorded("2026-03-04T12:00:00Z");
        assertThat(misses("absent")).isEmpty();

        judgeRecorded("2026-03-05T02:00:00Z");
        assertThat(misses("absent")).hasSize(1);
    }

    @Test
    void ofALongAbsenceEachMissIsTold() {
        workflows.with(scheduled("busy", "0 * * * *", Optional.of(Duration.ofMinutes(45)), Optional.empty()));
        seen("busy", "2026-03-01T00:30:00Z");
        judge("2026-03-20T00:50:00Z");
        assertThat(misses("busy")).hasSize(19 * 24);
    }

    @Test
    void aWorkflowThatCannotBeJudgedKeepsNoOtherFromIt() {
        Expect broken = new Expect("0 7 * * *", Duration.ofHours(24), Duration.ZERO, Optional.of("no-such-calendar"));
        workflows.with(nightly("broken", Optional.empty(), Optional.of(broken)));
        workflows.with(nightly("sound", Optional.of(Duration.ofMinutes(45)), Optional.empty()));
        seen("broken", "2026-03-01T11:00:00Z");
        seen("sound", "2026-03-01T12:00:00Z");

        judge("2026-03-02T02:00:00Z");

        assertThat(misses("sound")).hasSize(1);
        assertThat(workflows.count("dag_workflow where dag = 'broken' and next_judgement = '2026-03-02T02:01:00Z'"))
                .isOne();
    }

    @Test
    void aSuccessResolvesAMissedExpectation() {
        workflows.with(nightly("hoped", Optional.empty(), Optional.of(BY_HALF_PAST_SEVEN)));
        listensTo("hoped");
        seen("hoped", "2026-02-28T12:00:00Z");
        judge("2026-03-02T06:31:00Z");
        workflows.clock = Clock.fixed(Instant.parse("2026-03-02T07:00:00Z"), ZoneOffset.UTC);

        runs("hoped", "2026-03-02T07:00:00Z", "2026-03-02T07:00:00Z");

        assertThat(notices()).containsExactly("expectation", "expectationResolved");
    }

    @Test
    void nothingIsExpectedOfAWorkflowThatHasJustBeenInstalled() {
        workflows.with(nightly("newborn", Optional.empty(), Optional.of(BY_HALF_PAST_SEVEN)));
        seen("newborn", "2026-03-02T05:00:00Z");
        judge("2026-03-02T06:31:00Z");
        assertThat(misses("newborn")).isEmpty();
        judge("2026-03-03T06:31:00Z");
        assertThat(misses("newborn")).hasSize(1);
    }

    @Test
    void anExpectationLooksForAnySuccess() {
        workflows.with(nightly("expected", Optional.empty(), Optional.of(BY_HALF_PAST_SEVEN)));
        seen("expected", "2026-02-28T12:00:00Z");
        judge("2026-03-02T06:29:00Z");
        assertThat(misses("expected")).isEmpty();
        judge("2026-03-02T06:31:00Z");
        assertThat(misses("expected")).hasSize(1);
    }

    @Test
    void aPausedWorkflowMissesNothing() {
        workflows.with(nightly("resting", Optional.of(Duration.ofMinutes(45)), Optional.empty()));
        seen("resting", "2026-03-01T12:00:00Z");
        update("update caravan.dag_workflow set paused = true where dag = 'resting'");
        judge("2026-03-03T12:00:00Z");
        update("update caravan.dag_workflow set paused = false where dag = 'resting'");
        judge("2026-03-03T12:01:00Z");
        assertThat(misses("resting")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"NONE, 0", "LAST, 1", "ALL, 3"})
    void ofTheTicksOfAPauseOnlyThoseAreMissedThatCatchUpOwes(CatchUp catchUp, int missed) {
        String dag = "resumed" + catchUp;
        Timing hourly = new Timing(
                List.of("0 * * * *"),
                AMSTERDAM,
                Optional.empty(),
                Optional.empty(),
                catchUp,
                Optional.empty(),
                OnHoliday.SKIP);
        workflows.with(scheduled(dag, hourly, Optional.of(Duration.ofHours(4)), Optional.empty()));
        seen(dag, "2026-03-01T12:30:00Z");
        pause(dag, "2026-03-01T12:35:00Z", "2026-03-01T15:05:00Z");

        judge("2026-03-01T19:00:30Z");

        assertThat(misses(dag)).hasSize(missed);
        judge("2026-03-01T20:00:30Z");
        assertThat(misses(dag)).hasSize(missed + 1).last().isEqualTo("deadline 2026-03-01T15:00:00Z it never began");
    }

    @Test
    void aRunThatBeganBeforeThePauseMayMissItsDeadlineAfterIt() {
        workflows.with(nightly("begun", Optional.of(Duration.ofMinutes(45)), Optional.empty()));
        seen("begun", "2026-03-01T12:00:00Z");
        failed("begun", "2026-03-01T01:00:00Z", "2026-03-02T01:05:00Z");
        pause("begun", "2026-03-02T01:10:00Z", "2026-03-02T01:30:00Z");

        judge("2026-03-02T01:46:00Z");

        assertThat(misses("begun")).containsExactly("deadline 2026-03-01T01:00:00Z it is FAILED");
    }

    @Test
    void nothingIsExpectedOfARunThatWasLeftOutForAPause() {
        workflows.with(nightly("leftout", Optional.empty(), Optional.of(BY_HALF_PAST_SEVEN)));
        seen("leftout", "2026-02-20T12:00:00Z");
        judge("2026-03-01T12:00:00Z");
        int before = misses("leftout").size();
        pause("leftout", "2026-03-01T12:00:00Z", "2026-03-02T02:00:00Z");
        judge("2026-03-02T06:31:00Z");
        assertThat(misses("leftout")).hasSize(before);

        judge("2026-03-03T06:31:00Z");
        assertThat(misses("leftout")).hasSize(before + 1);
    }

    @Test
    void aPauseBetweenTwoTicksExcusesNothing() {
        workflows.with(nightly("short", Optional.empty(), Optional.of(BY_HALF_PAST_SEVEN)));
        seen("short", "2026-02-20T12:00:00Z");
        judge("2026-03-01T12:00:00Z");
        int before = misses("short").size();
        pause("short", "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z");
        judge("2026-03-02T06:31:00Z");
        assertThat(misses("short")).hasSize(before + 1);
    }

    private void pause(String dag, String from, String until) {
        WorkflowRepository repository = new WorkflowRepository(database);
        repository.pause(dag, true, Instant.parse(from));
        repository.pause(dag, false, Instant.parse(until));
        update("update caravan.dag_workflow set next_due = null where dag = '" + dag + "'");
    }

    private static DagDefinition nightly(String id, Optional<Duration> deadline, Optional<Expect> expect) {
        return scheduled(id, "0 2 * * *", deadline, expect);
    }

    private static DagDefinition scheduled(
            String id, String schedule, Optional<Duration> deadline, Optional<Expect> expect) {
        return scheduled(id, Timing.of(schedule, AMSTERDAM), deadline, expect);
    }

    private static DagDefinition scheduled(
            String id, Timing timing, Optional<Duration> deadline, Optional<Expect> expect) {
        DagDefinition plain = dag(id, task("work"));
        return new DagDefinition(
                id,
                "",
                "",
                List.of(),
                Optional.of(timing),
                Optional.empty(),
                16,
                0,
                0,
                Optional.empty(),
                deadline,
                expect,
                false,
                List.of(),
                plain.tasks());
    }

    private void seen(String dag, String at) {
        Query.of(
                        "update caravan.dag_workflow set first_seen_at = :at, next_judgement = :at, next_due = null where dag = :dag")
                .on(database)
                .set("dag", dag)
                .set("at", Instant.parse(at))
                .update();
    }

    /** As a service does that has loaded it. */
    private void record(DagDefinition dag, String at) {
        RecordedWorkflows.loaded(database, dag, Instant.parse(at));
    }

    /** A run that begins now, and its end. */
    private void runs(String dag, String logicalTime, String intervalStart) {
        Instant now = workflows.clock.instant();
        Instant start = Instant.parse(intervalStart);
        DagRun run = new DagRun(
                UUID.randomUUID(),
                dag,
                1,
                RunKind.MANUAL,
                Instant.parse(logicalTime),
                start,
                start.plus(Duration.ofDays(1)),
                now,
                "{}",
                0,
                now);
        new RunStarter(database, workflows, new DagEvents() {})
                .create(List.of(new RunRepository.NewRun(run, "test", null, null, null)), now);
        workflows.node();
        assertThat(workflows.end(run.id())).isEqualTo(RunState.SUCCESS);
    }

    /** A scheduled run that is in the history. */
    private void succeeded(String dag, String logicalTime, String endedAt) {
        ended(dag, "SUCCESS", logicalTime, endedAt);
    }

    private void failed(String dag, String logicalTime, String endedAt) {
        ended(dag, "FAILED", logicalTime, endedAt);
    }

    private void ended(String dag, String state, String logicalTime, String endedAt) {
        Query.of("""
                insert into caravan.dag_run (id, ended_on, dag, version, kind, state, logical_time, interval_start, interval_end, due_at, created_at, created_by, ended_at)
                select gen_random_uuid(), :ended, :dag, 1, 'SCHEDULED', :state, at, at, at + interval '1 day', at + interval '1 day', :ended, 'test', :ended
                  from (select :at::timestamptz as at) as run""")
                .on(database)
                .set("dag", dag)
                .set("state", state)
                .set("at", Instant.parse(logicalTime))
                .set("ended", Instant.parse(endedAt))
                .update();
    }

    private void judge(String now) {
        judge(workflows, now);
    }

    private void judgeRecorded(String now) {
        judge(new StoredDefinitions(database), now);
    }

    private void judge(Definitions definitions, String now) {
        new JudgementDuty(
                        database,
                        definitions,
                        dag -> Timetable.of(dag.timing().orElseThrow(), JudgementDutyTest::noCalendar),
                        JudgementDutyTest::noCalendar,
                        new AllDagEvents(List.of()))
                .run(Instant.parse(now));
    }

    private void listensTo(String dag) {
        update("delete from caravan.outbox_subscription");
        update("""
                insert into caravan.outbox_subscription (topic, route, wants, seen_at)
                values ('dag', 'listener', '{"dag": ["%s"], "kind": ["deadline", "deadlineResolved", "expectation", "expectationResolved"]}', now())""".formatted(dag));
    }

    private void update(String sql) {
        Query.of(sql).on(database).update();
    }

    private List<String> misses(String dag) {
        return Query.of(
                        "select kind, logical_time, substring(detail from ': (it .*)$') from caravan.dag_miss where dag = :dag order by 2")
                .on(database)
                .set("dag", dag)
                .list(row -> row.getString(1) + " " + Query.instant(row, "logical_time") + " " + row.getString(3));
    }

    private List<String> notices() {
        return Query.of("select labels ->> 'kind' from caravan.outbox_notice where route = 'listener' order by id")
                .on(database)
                .list(row -> row.getString(1));
    }

    private static BusinessCalendar noCalendar(String name) {
        throw new IllegalArgumentException(name);
    }
}

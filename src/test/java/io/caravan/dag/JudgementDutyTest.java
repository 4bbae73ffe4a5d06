package io.caravan.dag;

import static io.caravan.dag.TestWorkflows.dag;
import static io.caravan.dag.TestWorkflows.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.calendar.BusinessCalendar;
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

@ExtendWith(PostgresExtension.class)
class JudgementDutyTest {
    private static final ZoneId AMSTERDAM = ZoneId.of("Europe/Amsterdam");

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
        DagRun run = new DagRun(
                UUID.randomUUID(),
                "late",
                1,
                RunKind.SCHEDULED,
                Instant.parse("2026-03-01T01:00:00Z"),
                Instant.parse("2026-03-01T01:00:00Z"),
                Instant.parse("2026-03-02T01:00:00Z"),
                Instant.parse("2026-03-02T01:00:00Z"),
                "{}",
                0,
                workflows.clock.instant());
        new RunStarter(database, workflows, new DagEvents() {})
                .create(List.of(new RunRepository.NewRun(run, "test", null, null, null)), workflows.clock.instant());
        workflows.node();
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(workflows.state(run.id())).contains(RunState.SUCCESS));
        assertThat(workflows.<Boolean>ask(
                        "select resolved_at is not null from caravan.dag_miss where dag = 'late'",
                        row -> row.getBoolean(1)))
                .isTrue();
        assertThat(notices()).contains("deadline", "deadlineResolved");
    }

    @Test
    void anExpectationLooksForAnySuccess() {
        workflows.with(nightly(
                "expected",
                Optional.empty(),
                Optional.of(new Expect(
                        "0 7 * * MON-FRI", Duration.ofHours(24), Duration.ofMinutes(30), Optional.empty()))));
        seen("expected", "2026-03-01T12:00:00Z");
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

    private static DagDefinition nightly(String id, Optional<Duration> deadline, Optional<Expect> expect) {
        DagDefinition plain = dag(id, task("work"));
        return new DagDefinition(
                id,
                "",
                "",
                List.of(),
                Optional.of(Timing.of("0 2 * * *", AMSTERDAM)),
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

    private void judge(String now) {
        new JudgementDuty(
                        database,
                        workflows,
                        dag -> Timetable.of(dag.timing().orElseThrow(), JudgementDutyTest::noCalendar),
                        JudgementDutyTest::noCalendar,
                        new AllDagEvents(List.of()))
                .run(Instant.parse(now));
    }

    private void listensTo(String dag) {
        update("delete from caravan.outbox_subscription");
        update("""
                insert into caravan.outbox_subscription (topic, route, wants, seen_at)
                values ('dag', 'listener', '{"dag": ["%s"], "kind": ["deadline", "deadlineResolved", "expectation"]}', now())""".formatted(dag));
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

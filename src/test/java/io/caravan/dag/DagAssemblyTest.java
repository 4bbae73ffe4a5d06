package io.caravan.dag;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.dag.DagAssembly.Assembled;
import io.caravan.dag.DagAssembly.Surroundings;
import io.caravan.dag.definition.CatchUp;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Expect;
import io.caravan.dag.definition.ForEach;
import io.caravan.dag.definition.Mistake;
import io.caravan.dag.definition.Param;
import io.caravan.dag.definition.Retries;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.definition.TriggerRule;
import io.caravan.dag.definition.WrittenTask;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DagAssemblyTest {
    private final Dag dag = new Dag();
    private final List<WrittenTask> tasks = new ArrayList<>();
    private final List<Mistake> misread = new ArrayList<>();

    @Test
    void tasksComeOutEachAfterAllThatIsUpstreamOfIt() {
        task("tell", "after", "promote", "when", "all_done");
        task("promote", "after", "stage,check");
        task("stage");
        task("check", "after", "stage");

        assertThat(definition().tasks())
                .extracting(TaskDefinition::id)
                .containsExactly("stage", "check", "promote", "tell");
        assertThat(the("promote").after()).containsExactly("check", "stage");
        assertThat(the("tell").when()).isEqualTo(TriggerRule.all_done);
        assertThat(the("stage").when()).isEqualTo(TriggerRule.all_success);
        assertThat(the("stage").route()).isEqualTo("route-stage");
    }

    @Test
    void aStartInTheHourThatTheClocksLeaveOutIsAtItsEnd() {
        dag.setSchedule("@hourly");
        dag.setTimezone("Europe/Amsterdam");
        dag.setStart("2026-03-29T02:30");
        dag.setEnd("2026-10-25 02:30");
        task("stage");

        Timing timing = definition().timing().orElseThrow();
        assertThat(timing.start()).contains(Instant.parse("2026-03-29T01:00:00Z"));
        assertThat(timing.end()).contains(Instant.parse("2026-10-25T00:30:00Z"));
    }

    @Test
    void aBeanSaysWhenAndHow() {
        dag.setSchedule("0 2 * * *; @hourly");
        dag.setTimezone("Europe/Amsterdam");
        dag.setStart("2026-01-01");
        dag.setEnd("2026-12-31");
        dag.setCatchup("all");
        dag.setMaxActiveRuns("2");
        dag.setDeadline("45m");
        dag.setTags("fleet, nightly");
        dag.setParams(Map.of("city", Map.of("type", "string", "default", "Amsterdam")));
        dag.setExpect(Map.of("schedule", "0 8 * * *", "within", "24h", "grace", "10m"));
        task("stage", "retries", "3", "retryDelay", "30s", "retryBackoff", "2", "timeout", "10m", "pool", "staging");

        Timing timing = definition().timing().orElseThrow();
        assertThat(timing.schedules()).containsExactly("0 2 * * *", "@hourly");
        assertThat(timing.zone()).isEqualTo(ZoneId.of("Europe/Amsterdam"));
        assertThat(timing.start()).contains(Instant.parse("2025-12-31T23:00:00Z"));
        assertThat(timing.end()).contains(Instant.parse("2026-12-31T23:00:00Z"));
        assertThat(timing.catchUp()).isEqualTo(CatchUp.ALL);
        assertThat(definition().maxActiveRuns()).isEqualTo(2);
        assertThat(definition().deadline()).contains(Duration.ofMinutes(45));
        assertThat(definition().tags()).containsExactly("fleet", "nightly");
        assertThat(definition().params()).extracting(Param::name).containsExactly("city");
        assertThat(definition().expect())
                .contains(new Expect("0 8 * * *", Duration.ofHours(24), Duration.ofMinutes(10), Optional.empty()));
        assertThat(the("stage").retries())
                .isEqualTo(new Retries(3, Duration.ofSeconds(30), 2, Duration.ofHours(1), 0, List.of(), List.of()));
        assertThat(the("stage").timeout()).contains(Duration.ofMinutes(10));
        assertThat(the("stage").pool()).contains("staging");
    }

    @Test
    void withoutAnyWordItIsStartedByHandOnly() {
        task("stage");

        assertThat(definition().timing()).isEmpty();
        assertThat(definition().datasets()).isEmpty();
        assertThat(definition().maxActiveRuns()).isEqualTo(16);
        assertThat(definition().maxActiveTasks()).isZero();
        assertThat(definition().dependsOnPast()).isFalse();
    }

    @Test
    void datasetsAreToldFromCron() {
        dag.setSchedule("rides.ride and telematics.packet within 1d");
        task("stage");

        assertThat(definition().datasets()).contains("rides.ride and telematics.packet within 1d");
        assertThat(definition().timing()).isEmpty();
    }

    @Test
    void aScheduleAndDatasetsMayStartTheSameWorkflow() {
        dag.setSchedule("every 15m; rides.ride");
        task("stage");

        assertThat(definition().datasets()).contains("rides.ride");
        assertThat(definition().timing().orElseThrow().schedules()).containsExactly("every 15m");
    }

    @Test
    void whatComesAfterAGroupComesAfterItsLastTasks() {
        task("extract.rides");
        task("extract.pickups");
        task("extract.merge", "after", "extract.rides");
        task("load", "after", "extract");

        assertThat(the("load").after()).containsExactly("extract.merge", "extract.pickups");
        assertThat(the("extract.merge").group()).contains("extract");
        assertThat(the("load").group()).isEmpty();
    }

    @Test
    void whatAGroupComesAfterItsFirstTasksComeAfter() {
        dag.setGroups(Map.of("extract", Map.of("after", "begin")));
        task("begin");
        task("extract.rides");
        task("extract.merge", "after", "extract.rides");

        assertThat(the("extract.rides").after()).containsExactly("begin");
        assertThat(the("extract.merge").after()).containsExactly("extract.rides");
    }

    @Test
    void aMappedGroupHasATaskThatNamesItsItems() {
        dag.setGroups(Map.of("extract", Map.of("after", "list", "forEach", "list", "forEachLimit", "50")));
        task("list");
        task("extract.fetch");
        task("extract.store", "after", "extract.fetch");
        task("load", "after", "extract");

        TaskDefinition expand = the("extract");
        assertThat(expand.kind()).isEqualTo(TaskKind.EXPAND);
        assertThat(expand.after()).containsExactly("list");
        assertThat(expand.forEach()).contains(new ForEach("list", null, 50, 0));
        assertThat(expand.mappedBy()).contains("extract");
        assertThat(the("extract.fetch").after()).containsExactly("extract");
        assertThat(the("extract.fetch").mappedBy()).contains("extract");
        assertThat(the("extract.store").after()).containsExactly("extract.fetch");
        assertThat(the("load").after()).containsExactly("extract.store");
        assertThat(the("load").isMapped()).isFalse();
    }

    @Test
    void aMappedTaskIsMappedByItself() {
        task("list");
        task("fetch", "after", "list", "forEach", "list", "maxActive", "4");
        task("rows", "forEach", "sql:select 1 as n");

        assertThat(the("fetch").mappedBy()).contains("fetch");
        assertThat(the("fetch").forEach()).contains(new ForEach("list", null, 1000, 4));
        assertThat(the("rows").forEach()).contains(new ForEach(null, "select 1 as n", 1000, 0));
    }

    @Test
    void groupsNest() {
        dag.setGroups(Map.of("a", Map.of("after", "begin")));
        task("begin");
        task("a.b.one");
        task("a.two", "after", "a.b");
        task("end", "after", "a");

        assertThat(the("a.b.one").group()).contains("a.b");
        assertThat(the("a.b.one").after()).containsExactly("begin");
        assertThat(the("a.two").after()).containsExactly("a.b.one");
        assertThat(the("end").after()).containsExactly("a.two");
    }

    @Test
    void aTeardownFollowsEverythingThatItsSetupIsFor() {
        task("create", "kind", "setup");
        task("one", "after", "create");
        task("two", "after", "one");
        task("other", "after", "create");
        task("delete", "kind", "teardown", "teardownOf", "create");

        assertThat(the("delete").after()).containsExactly("create", "other", "two");
        assertThat(the("delete").setups()).containsExactly("create");
    }

    @Test
    void whatComesAfterAGroupDoesNotWaitForItsTeardown() {
        task("g.create", "kind", "setup");
        task("g.work", "after", "g.create");
        task("g.delete", "kind", "teardown", "teardownOf", "g.create", "after", "g.work");
        task("next", "after", "g");

        assertThat(the("next").after()).containsExactly("g.work");
    }

    @Test
    void whatFollowsATeardownIsNotWorkOfIt() {
        task("create", "kind", "setup");
        task("work", "after", "create");
        task("delete", "kind", "teardown", "teardownOf", "create");
        task("report", "after", "delete, work");

        assertThat(the("delete").after()).containsExactly("create", "work");
    }

    @Test
    void aCircleIsToldWithItsWholePath() {
        task("a", "after", "c");
        task("b", "after", "a");
        task("c", "after", "b");

        assertThat(mistakes())
                .containsExactly(
                        "task 'a', after: the tasks run in a circle: a -> b -> c -> a; remove one of these from an after");
    }

    @Test
    void aTaskThatComesAfterItselfIsACircle() {
        task("a", "after", "a");

        assertThat(mistakes()).singleElement().asString().contains("a -> a");
    }

    @Test
    void anUnknownTaskIsToldWithTheOneThatIsMeant() {
        task("stage");
        task("promote", "after", "stagee");
        task("extract.rides");
        task("load", "after", "rides");

        assertThat(mistakes())
                .containsExactlyInAnyOrder(
                        "task 'promote', after: no route defines 'stagee'; did you mean 'stage'?",
                        "task 'load', after: no route defines 'rides'; did you mean 'extract.rides'?");
    }

    @Test
    void twoRoutesForOneTaskAreTold() {
        task("stage");
        tasks.add(WrittenTask.read("rides", "stage", "other", Map.of(), misread::add));

        assertThat(mistakes())
                .containsExactly("task 'stage' is route 'route-stage' already; give one of the two another name");
    }

    @Test
    void whatABeanSaysWrongIsToldWithItsProperty() {
        dag.setSchedule("0 25 * * *");
        dag.setTimezone("Europe/Amsterdm");
        dag.setStart("yesterday");
        dag.setCatchup("every");
        dag.setMaxActiveRuns("0");
        dag.setDeadline("soon");
        dag.setGroups(Map.of("extrct", Map.of("after", "stage")));
        dag.setExpect(Map.of("schedule", "nonsense", "within", "24h", "grce", "1m"));
        task("stage");

        assertThat(mistakes())
                .extracting(text -> text.split(": ", 2)[0])
                .containsExactlyInAnyOrder(
                        "timezone",
                        "schedule",
                        "catchup",
                        "start",
                        "maxActiveRuns",
                        "deadline",
                        "groups.extrct",
                        "expect.schedule",
                        "expect.grce");
        assertThat(mistakes()).anySatisfy(text -> assertThat(text).contains("did you mean 'Europe/Amsterdam'?"));
    }

    @Test
    void aBadScheduleIsToldOnceThoughADeadlineCountsFromIt() {
        dag.setSchedule("0 25 * * *");
        dag.setDeadline("45m");
        task("stage");

        assertThat(mistakes()).singleElement().asString().startsWith("schedule: ");
    }

    @Test
    void aDefaultOfTheWrongTypeIsTold() {
        dag.setParams(Map.of("limit", Map.of("type", "integer", "default", "many")));
        task("stage");

        assertThat(mistakes())
                .containsExactly("params.limit.default: is 'many', which is no integer; write 42, or change the type");
    }

    @Test
    void whatARouteSaysWrongIsToldWithItsOption() {
        task(
                "stage",
                "kind",
                "sensr",
                "when",
                "all_sucess",
                "retries",
                "x",
                "retryJitter",
                "2",
                "every",
                "1m",
                "slots",
                "2");

        assertThat(misread)
                .extracting(Mistake::option)
                .containsExactlyInAnyOrder("kind", "when", "retries", "retryJitter", "every", "slots");
        assertThat(misread).extracting(Mistake::cure).contains("did you mean 'sensor'?", "did you mean 'all_success'?");
    }

    @Test
    void poolsMustBeThereAndLargeEnough() {
        task("stage", "pool", "stagin");
        task("promote", "pool", "staging", "slots", "2");

        assertThat(mistakes())
                .containsExactly(
                        "task 'promote', slots: takes 2 slots of pool 'staging', which has 1, so that it would wait for ever; give the pool more slots, or take fewer",
                        "task 'stage', pool: there is no pool 'stagin'; did you mean 'staging'?");
    }

    @Test
    void aListMustBeThereBeforeItsItems() {
        task("list");
        task("fetch", "forEach", "list");
        task("store", "forEach", "lst");

        assertThat(mistakes())
                .containsExactly(
                        "task 'fetch', forEach: 'list' is not upstream of 'fetch', so that its list may not be there yet; add it to after",
                        "task 'store', forEach: no route defines 'lst'; did you mean 'list'?");
    }

    @Test
    void listsInListsAreRefused() {
        dag.setGroups(Map.of("g", Map.of("after", "list", "forEach", "list")));
        task("list");
        task("g.fetch", "forEach", "list");

        assertThat(mistakes()).singleElement().asString().contains("lists in lists");
    }

    @Test
    void teardownsNeedSetups() {
        task("work");
        task("delete", "kind", "teardown");
        task("drop", "kind", "teardown", "teardownOf", "work");

        assertThat(misread).extracting(Mistake::what).containsExactly("is a teardown of nothing");
        assertThat(mistakes()).singleElement().asString().contains("'work' is no setup");
    }

    @Test
    void aBranchThatNothingFollowsIsTold() {
        task("choose", "kind", "branch");

        assertThat(mistakes()).singleElement().asString().contains("chooses among the tasks directly after it");
    }

    @Test
    void otherWorkflowsMustBeThere() {
        task("sub", "kind", "subworkflow", "workflow", "prices");
        task("self", "kind", "subworkflow", "workflow", "rides");
        task("wait", "kind", "runSensor", "workflow", "fleet", "offset", "-1d");

        assertThat(mistakes()).hasSize(2);
        assertThat(misread).isEmpty();
    }

    @Test
    void aWorkflowWithoutTasksIsNoneYet() {
        Assembled assembled = assemble();

        assertThat(assembled.mistakes()).isEmpty();
        assertThat(assembled.definition()).isEmpty();
    }

    @Test
    void aThousandTasksInARowAreOneWorkflow() {
        for (int i = 0; i < 1000; i++) {
            task("t" + i, i == 0 ? new String[0] : new String[] {"after", "t" + (i - 1)});
        }

        assertThat(definition().tasks()).hasSize(1000);
    }

    private void task(String id, String... options) {
        Map<String, String> written = new LinkedHashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            written.put(options[i], options[i + 1]);
        }
        tasks.add(WrittenTask.read("rides", id, "route-" + id, written, misread::add));
    }

    private Assembled assemble() {
        Surroundings surroundings = Surroundings.of(
                Map.of("staging", 1), "nl-workdays"::equals, List.of("rides", "fleet")::contains, ZoneOffset.UTC);
        return DagAssembly.of("rides", dag, tasks, surroundings);
    }

    private List<String> mistakes() {
        return assemble().mistakes().stream().map(Mistake::toString).toList();
    }

    private DagDefinition definition() {
        Assembled assembled = assemble();
        assertThat(misread).isEmpty();
        assertThat(assembled.mistakes()).isEmpty();
        return assembled.definition().orElseThrow();
    }

    private TaskDefinition the(String task) {
        return definition().task(task).orElseThrow();
    }
}

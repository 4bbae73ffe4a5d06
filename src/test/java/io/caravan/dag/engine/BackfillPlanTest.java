package io.caravan.dag.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.dag.definition.Timing;
import io.caravan.dag.run.RunState;
import io.caravan.dag.schedule.Tick;
import io.caravan.dag.schedule.Timetable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As Airflow's test_backfill has it: a daily workflow in January, days as two digits. */
class BackfillPlanTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                "range | newest first | reprocess | existing                    | steps",
                "01-05 | false        | NONE      |                             | 01 create, 02 create, 03 create, 04 create, 05 create",
                "01-05 | true         | NONE      |                             | 05 create, 04 create, 03 create, 02 create, 01 create",
                "01-03 | false        | COMPLETED | 02=QUEUED                   | 01 create, 02 skip: in flight (queued), 03 create",
                "03-09 | false        | NONE      | 05=SUCCESS 06=FAILED 07=RUNNING | 03 create, 04 create, 05 skip: already exists (success), 06 skip: already exists (failed), 07 skip: in flight (running), 08 create, 09 create",
                "03-09 | false        | FAILED    | 05=SUCCESS 06=FAILED 07=RUNNING | 03 create, 04 create, 05 skip: already exists (success), 06 reprocess, 07 skip: in flight (running), 08 create, 09 create",
                "03-09 | false        | COMPLETED | 05=SUCCESS 06=FAILED 07=RUNNING | 03 create, 04 create, 05 reprocess, 06 reprocess, 07 skip: in flight (running), 08 create, 09 create",
                "03-04 | true         | FAILED    | 03=CANCELLED 04=SUCCESS     | 04 skip: already exists (success), 03 reprocess",
                "03-04 | false        | NONE      | 01=SUCCESS 09=RUNNING       | 03 create, 04 create",
            })
    void whatIsDoneAboutEachLogicalTime(
            String range, boolean newestFirst, Reprocess reprocess, @Nullable String existing, String steps) {
        BackfillPlan plan = BackfillPlan.of(ticks(range), newestFirst, false, reprocess, runs(existing));
        assertThat(plan.steps().stream().map(BackfillPlanTest::text).collect(Collectors.joining(", ")))
                .isEqualTo(steps);
    }

    @ParameterizedTest
    @CsvSource({"NONE, 4", "FAILED, 5", "COMPLETED, 6"})
    void howManyAreRunDependsOnWhatIsReprocessed(Reprocess reprocess, int count) {
        Map<Instant, RunState> existing = runs("05=SUCCESS 06=FAILED 07=RUNNING");
        assertThat(BackfillPlan.of(ticks("03-09"), false, false, reprocess, existing)
                        .toRun())
                .hasSize(count);
    }

    @Test
    void aWorkflowThatDependsOnItsPastIsNotBackfilledNewestFirst() {
        assertThat(BackfillPlan.of(ticks("01-05"), false, true, Reprocess.NONE, Map.of())
                        .toRun())
                .hasSize(5);
        assertThatThrownBy(() -> BackfillPlan.of(ticks("01-05"), true, true, Reprocess.NONE, Map.of()))
                .hasMessageContaining("backfill it oldest first");
    }

    private static String text(BackfillPlan.Step step) {
        String day = step.tick().logicalTime().toString().substring(8, 10);
        return switch (step.action()) {
            case CREATE -> day + " create";
            case REPROCESS -> day + " reprocess";
            case SKIP -> day + " skip: " + step.reason();
        };
    }

    private static List<Tick> ticks(String range) {
        Timetable daily = Timetable.of(Timing.of("@daily", ZoneOffset.UTC), name -> {
            throw new IllegalArgumentException(name);
        });
        return daily.ofLogicalTimes(day(range.substring(0, 2)), day(range.substring(3)), 100);
    }

    private static Map<Instant, RunState> runs(@Nullable String text) {
        Map<Instant, RunState> runs = new HashMap<>();
        if (text != null) {
            Arrays.stream(text.split(" ", -1))
                    .forEach(each -> runs.put(day(each.substring(0, 2)), RunState.valueOf(each.substring(3))));
        }
        return runs;
    }

    private static Instant day(String day) {
        return Instant.parse("2026-01-" + day + "T00:00:00Z");
    }
}

package io.caravan.dag.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The rows of Airflow's own test of its trigger rules, and what must hold for all counts. */
class TriggerRuleTest {

    @ParameterizedTest(name = "{0}: {1} ok, {2} skipped, {3} failed, {4} upstream failed, {5} removed of {6}: {7}")
    @CsvSource(textBlock = """
            all_success,                 1,0,0,0,0, 1, RUN
            all_success,                 1,0,1,0,0, 2, UPSTREAM_FAILED
            all_success,                 1,1,0,0,0, 2, SKIP
            all_success,                 1,0,0,0,0, 2, WAIT
            one_success,                 0,1,1,1,1, 4, UPSTREAM_FAILED
            one_success,                 0,2,0,0,0, 2, SKIP
            one_success,                 1,0,1,0,0, 4, RUN
            one_success,                 0,2,0,0,0, 3, WAIT
            one_failed,                  2,0,0,0,0, 2, SKIP
            one_failed,                  0,2,2,0,0, 4, RUN
            one_failed,                  0,2,0,2,0, 4, RUN
            one_failed,                  2,0,0,0,0, 3, WAIT
            one_done,                    2,0,0,0,0, 2, RUN
            one_done,                    0,0,2,0,0, 2, RUN
            one_done,                    0,2,0,0,0, 2, SKIP
            one_done,                    0,0,0,2,0, 2, SKIP
            one_done,                    0,2,0,0,0, 3, WAIT
            none_failed,                 1,1,0,0,0, 2, RUN
            none_failed,                 1,1,1,0,0, 3, UPSTREAM_FAILED
            none_failed,                 1,1,0,1,0, 3, UPSTREAM_FAILED
            none_failed,                 3,0,0,0,2, 5, RUN
            none_failed_min_one_success, 1,1,0,0,0, 2, RUN
            none_failed_min_one_success, 0,2,0,0,0, 2, SKIP
            none_failed_min_one_success, 1,1,1,0,0, 3, UPSTREAM_FAILED
            none_failed_min_one_success, 1,1,0,1,0, 3, UPSTREAM_FAILED
            all_failed,                  0,0,2,0,0, 2, RUN
            all_failed,                  2,0,0,0,0, 2, SKIP
            all_failed,                  0,0,3,0,2, 5, RUN
            all_done,                    2,0,0,0,0, 2, RUN
            all_done,                    1,0,0,0,0, 2, WAIT
            all_skipped,                 0,3,0,0,0, 3, RUN
            all_skipped,                 1,0,0,0,0, 3, SKIP
            all_skipped,                 0,0,0,1,0, 3, SKIP
            none_skipped,                2,0,1,0,0, 3, RUN
            none_skipped,                1,1,0,0,0, 2, SKIP
            none_skipped,                0,0,0,0,0, 1, WAIT
            always,                      0,0,0,0,0, 3, RUN
            """)
    void decidesAsAirflowDoes(
            TriggerRule rule,
            int success,
            int skipped,
            int failed,
            int upstreamFailed,
            int removed,
            int total,
            Verdict verdict) {
        assertThat(rule.decide(new UpstreamCounts(total, success, skipped, failed, upstreamFailed, removed)))
                .isEqualTo(verdict);
    }

    @ParameterizedTest(name = "instance {0} beside 3 done and 2 removed: {1}")
    @CsvSource({"0, RUN", "2, RUN", "3, REMOVE", "4, REMOVE", "-1, RUN"})
    void aMappedInstanceWhoseTwinUpstreamIsGoneGoesToo(int mapIndex, Verdict verdict) {
        assertThat(TriggerRule.all_success.decide(new UpstreamCounts(5, 3, 0, 0, 0, 2), mapIndex))
                .isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0} of {1} setups ok, {2} skipped; upstream {3} done of {4}: {5}")
    @CsvSource(textBlock = """
            0, 1, 0, 0, 1, WAIT
            0, 1, 0, 1, 1, UPSTREAM_FAILED
            1, 2, 0, 2, 2, RUN
            1, 2, 0, 1, 2, WAIT
            0, 2, 1, 2, 2, UPSTREAM_FAILED
            0, 2, 2, 2, 2, SKIP
            1, 1, 0, 2, 2, RUN
            0, 1, 1, 1, 1, SKIP
            0, 0, 0, 2, 2, RUN
            """)
    void aTeardownNeedsASetupThatSucceeded(
            int succeeded, int setups, int skippedSetups, int done, int total, Verdict verdict) {
        // what of the upstream isn't known to have succeeded or been skipped has failed
        int failed = Math.max(0, done - succeeded - skippedSetups);
        UpstreamCounts upstream = new UpstreamCounts(total, succeeded, skippedSetups, failed, 0, 0);
        UpstreamCounts of = new UpstreamCounts(
                setups, succeeded, skippedSetups, Math.min(failed, setups - succeeded - skippedSetups), 0, 0);

        assertThat(TeardownRule.decide(upstream, of)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @EnumSource(TriggerRule.class)
    void aTaskWithoutUpstreamRuns(TriggerRule rule) {
        assertThat(rule.decide(UpstreamCounts.NONE)).isEqualTo(Verdict.RUN);
    }

    @ParameterizedTest
    @EnumSource(TriggerRule.class)
    void whenAllIsDoneTheRuleHasSpoken(TriggerRule rule) {
        for (UpstreamCounts counts : allUpTo(4)) {
            if (counts.done() == counts.total()) {
                for (int index = -1; index < 4; index++) {
                    assertThat(rule.decide(counts, index))
                            .as("%s at %d", counts, index)
                            .isNotEqualTo(Verdict.WAIT);
                }
            }
        }
    }

    /**
     * What a rule says early it says at the end, whatever the rest becomes. One exception, which is Airflow's own: all_success skips a task as soon as something upstream was skipped, although it would say
     * upstream_failed had a failure come first.
     */
    @ParameterizedTest
    @EnumSource(TriggerRule.class)
    void whatIsSaidEarlyHoldsToTheEnd(TriggerRule rule) {
        Set<String> exceptions = new TreeSet<>();
        for (UpstreamCounts counts : allUpTo(4)) {
            Verdict early = rule.decide(counts);
            if (early == Verdict.WAIT) {
                continue;
            }
            for (UpstreamCounts end : allUpTo(4)) {
                Verdict late = rule.decide(end);
                if (isAfter(counts, end) && late != early) {
                    exceptions.add(early + " then " + late);
                }
            }
        }
        assertThat(exceptions)
                .isEqualTo(
                        rule == TriggerRule.all_success
                                ? Set.of(Verdict.SKIP + " then " + Verdict.UPSTREAM_FAILED)
                                : Set.of());
    }

    /** A rule that waits although nothing could change its mind keeps people waiting for nothing. */
    @ParameterizedTest
    @EnumSource(TriggerRule.class)
    void noRuleWaitsForWhatCannotMatter(TriggerRule rule) {
        // Airflow waits for the rest here, too: it says no when all is done, not before
        Set<TriggerRule> waitsToTheEnd = Set.of(TriggerRule.all_done);
        for (UpstreamCounts counts : allUpTo(4)) {
            if (rule.decide(counts) == Verdict.WAIT && !waitsToTheEnd.contains(rule)) {
                Set<Verdict> ends = new TreeSet<>();
                allUpTo(4).stream().filter(end -> isAfter(counts, end)).forEach(end -> ends.add(rule.decide(end)));
                boolean isOpen = ends.size() > 1;
                boolean needsAllDone =
                        ends.equals(Set.of(Verdict.RUN)) || rule.name().startsWith("one_");
                assertThat(isOpen || needsAllDone).as("%s at %s", rule, counts).isTrue();
            }
        }
    }

    private static boolean isAfter(UpstreamCounts early, UpstreamCounts end) {
        return end.total() == early.total()
                && end.done() == end.total()
                && end.success() >= early.success()
                && end.skipped() >= early.skipped()
                && end.failed() >= early.failed()
                && end.upstreamFailed() >= early.upstreamFailed()
                && end.removed() >= early.removed();
    }

    private static List<UpstreamCounts> allUpTo(int most) {
        List<UpstreamCounts> all = new ArrayList<>();
        for (int total = 1; total <= most; total++) {
            for (int success = 0; success <= total; success++) {
                for (int skipped = 0; skipped + success <= total; skipped++) {
                    for (int failed = 0; failed + skipped + success <= total; failed++) {
                        for (int upstreamFailed = 0;
                                upstreamFailed + failed + skipped + success <= total;
                                upstreamFailed++) {
                            for (int removed = 0;
                                    removed + upstreamFailed + failed + skipped + success <= total;
                                    removed++) {
                                all.add(new UpstreamCounts(total, success, skipped, failed, upstreamFailed, removed));
                            }
                        }
                    }
                }
            }
        }
        return all;
    }
}

package io.caravan.watch.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.batch.SharedData;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.history.Evaluation.Result;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds what docs/detection.md says of the public series; skipped where they are absent. */
class EvaluationTest {
    private static final double SPREAD_MINUTES = 3;

    private final Evaluation evaluation;

    EvaluationTest() throws IOException {
        evaluation = new Evaluation(new Detector(DetectorSettings.DEFAULTS), SharedData.folder("arrivals"), 42);
    }

    @Test
    void oneConfigurationServesTwelveKindsOfSeries() {
        List<Result> setups = evaluation.setups();
        ReplayReport all = together(setups);
        double falseAlarms = all.alarms() - evaluation.realStops(setups);
        assertThat(falseAlarms / all.years()).as("aim").isLessThanOrEqualTo(0.15);
        assertThat(all.delays().medianMinutes())
                .as("aim of 145, and what seeds differ by")
                .isLessThanOrEqualTo(145 + SPREAD_MINUTES);
        assertThat(Evaluation.onClockChanges(setups)).isZero();
        ReplayReport week = named("nyc week 20/h", setups);
        assertThat(week.alarmsPerYear()).isLessThanOrEqualTo(0.2);
        assertThat(week.delays().medianMinutes()).isLessThanOrEqualTo(30);
        ReplayReport sensors = together(setups.subList(8, 12));
        double knowing = sensors.alarms() - evaluation.realStops(setups.subList(8, 12));
        double unknowing = together(evaluation.withoutHolidays()).alarms() - sensors.alarms() + knowing;
        assertThat(unknowing / Math.max(1, knowing)).isGreaterThan(20);
    }

    @Test
    void twentySmallFleetsAreMissedTogetherLongBeforeEachAlone() {
        assertThat(evaluation.merged().report().delays().medianMinutes())
                .as("aim of 95, and what seeds differ by; alone it takes 20 hours")
                .isLessThanOrEqualTo(95 + SPREAD_MINUTES);
    }

    @Test
    void aNewSeriesGivesNoAlarmInItsFirstFourWeeks() {
        assertThat(evaluation.coldStart().report().alarms()).isZero();
    }

    private static ReplayReport named(String name, List<Result> results) {
        return results.stream()
                .filter(result -> result.name().equals(name))
                .map(Result::report)
                .findFirst()
                .orElseThrow();
    }

    private static ReplayReport together(List<Result> results) {
        return new ReplayReport(results.stream()
                .flatMap(result -> result.report().series().stream())
                .toList());
    }
}

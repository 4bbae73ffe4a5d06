package io.caravan.cli;

import io.caravan.watch.detect.Detector;
import io.caravan.watch.history.Delays;
import io.caravan.watch.history.Evaluation;
import io.caravan.watch.history.Evaluation.Result;
import io.caravan.watch.history.ReplayReport;
import io.caravan.watch.history.SeriesReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code caravan fleet evaluate}: how well the detector does on public data. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the detector on public series with one configuration: twelve setups, holidays on and off, clock changes, cold start, merged streams, daily fleets.",
            "The folder holds nyc_taxi.csv, melbourne_4_9_13_17.csv and nyc_fhv_2015_daily.csv; docs/detection.md says where they come from."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "2:a file is missing"})
public final class FleetEvaluateCommand implements Callable<Integer> {
    private final Supplier<Detector> detector;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--series", paramLabel = "DIR", required = true, description = "Folder of the series.")
    private @Nullable Path series;

    @Option(names = "--seed", paramLabel = "S", description = "Of all that is random. Default: ${DEFAULT-VALUE}.")
    private long seed = 42;

    /** {@code detector} as the project's options make it. */
    public FleetEvaluateCommand(Supplier<Detector> detector) {
        this.detector = detector;
    }

    @Override
    public Integer call() throws Exception {
        if (spec == null || series == null) {
            throw new IllegalStateException("A FleetEvaluateCommand is run by picocli's CommandLine.");
        }
        if (!Evaluation.isPresent(series)) {
            throw new ParameterException(
                    spec.commandLine(),
                    series + " lacks nyc_taxi.csv, melbourne_4_9_13_17.csv or nyc_fhv_2015_daily.csv; put them there");
        }
        print(new Evaluation(detector.get(), series, seed), spec.commandLine().getOut());
        return 0;
    }

    private static void print(Evaluation evaluation, PrintWriter out) {
        List<Result> setups = evaluation.setups();
        ReplayReport all = together(setups);
        Table table = new Table(
                "SETUP", "YEARS", "ALARMS", "REAL STOPS", "FALSE A YEAR", "MEDIAN min", "P95 min", "<= 4 h", "<= 24 h");
        setups.forEach(setup -> row(table, setup.name(), setup.report(), evaluation.realStops(List.of(setup))));
        row(table, "all 12, one configuration", all, evaluation.realStops(setups));
        Result merged = evaluation.merged();
        row(table, merged.name(), merged.report(), 0);
        table.print(out);
        out.println();
        out.println("Real stops are alarms during which the counts before thinning were below 0.15 of the usual.");
        printHolidays(evaluation, setups, out);
        out.printf("Days on which the clock changed: %d alarms.%n", Evaluation.onClockChanges(setups));
        Result cold = evaluation.coldStart();
        out.printf("Cold start, %s: %d alarms.%n", cold.name(), cold.report().alarms());
        for (Result daily : evaluation.dailyFleets()) {
            out.printf(
                    "%d %s: %.2f alarms a year in %.0f series-years.%n",
                    daily.report().series().size(),
                    daily.name(),
                    daily.report().alarmsPerYear(),
                    daily.report().years());
        }
        for (Duration limit : List.of(Duration.ofHours(4), Duration.ofHours(24), Duration.ofHours(72))) {
            out.printf(
                    "A fixed limit of %d h on the 12 setups: %.1f alarms a year.%n",
                    limit.toHours(), evaluation.alarmsPerYearOfRule(limit));
        }
        out.flush();
    }

    private static void printHolidays(Evaluation evaluation, List<Result> setups, PrintWriter out) {
        List<Result> without = evaluation.withoutHolidays();
        List<Result> with = setups.subList(setups.size() - without.size(), setups.size());
        int knowing = together(with).alarms();
        int unknowing = together(without).alarms();
        long real = evaluation.realStops(with);
        out.printf(
                "Four Melbourne counters: %d alarms with holidays, %d without: %.0f times as many, real stops aside %.0f times.%n",
                knowing,
                unknowing,
                unknowing / (double) Math.max(1, knowing),
                (unknowing - real) / (double) Math.max(1, knowing - real));
    }

    private static void row(Table table, String name, ReplayReport report, long realStops) {
        Delays delays = report.delays();
        table.row(
                name,
                "%.2f".formatted(report.years()),
                String.valueOf(report.alarms()),
                String.valueOf(realStops),
                "%.2f".formatted((report.alarms() - realStops) / report.years()),
                "%,.0f".formatted(delays.medianMinutes()),
                "%,.0f".formatted(delays.p95Minutes()),
                "%.0f %%".formatted(100 * delays.within4Hours()),
                "%.0f %%".formatted(100 * delays.within24Hours()));
    }

    private static ReplayReport together(List<Result> results) {
        List<SeriesReport> all = results.stream()
                .flatMap(result -> result.report().series().stream())
                .toList();
        return new ReplayReport(all);
    }
}

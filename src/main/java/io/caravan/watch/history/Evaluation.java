package io.caravan.watch.history;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.DayKind;
import io.caravan.calendar.files.Calendars;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.history.ReplaySettings.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How well the detector does on public data: New York taxis (Numenta Anomaly Benchmark), four pedestrian counters of Melbourne, 329 daily for-hire fleets of New York. One configuration for all;
 * what each part means is in docs/detection.md.
 */
public final class Evaluation {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final ZoneId MELBOURNE = ZoneId.of("Australia/Melbourne");
    private static final List<String> SENSORS = List.of("9", "13", "17", "4");
    private static final int SILENCES = 200;
    private static final int SHORT_RUNS = 10;
    private static final int LONG_RUNS = 2;
    /** The anomalies that the benchmark labels: marathon, Thanksgiving, Christmas, New Year, blizzard. */
    private static final List<Span> LABELLED = List.of(
            span("2014-10-30T15:30", "2014-11-03T22:30"),
            span("2014-11-25T12:00", "2014-11-29T19:00"),
            span("2014-12-23T11:30", "2014-12-27T18:30"),
            span("2014-12-29T21:30", "2015-01-03T04:30"),
            span("2015-01-24T20:30", "2015-01-29T03:30"));

    private final HistoryReplay replay;
    private final long seed;
    private final Counts taxis;
    private final Counts workingWeek;
    private final List<Counts> sensors;
    private final List<Counts> fleets;
    private final Expectation newYork;
    private final Expectation melbourne;

    /** One line of the evaluation. */
    public record Result(String name, ReplayReport report) {}

    /**
     * Reads the data.
     *
     * @param data the folder of nyc_taxi.csv, melbourne_4_9_13_17.csv and nyc_fhv_2015_daily.csv
     * @param seed of thinning and of made-up silences
     */
    public Evaluation(Detector detector, Path data, long seed) throws IOException {
        this.replay = new HistoryReplay(detector);
        this.seed = seed;
        BusinessCalendar us = Calendars.publicHolidays("us-ny");
        this.newYork = Expectation.in(NEW_YORK).withCalendars(List.of(us));
        this.melbourne = Expectation.in(MELBOURNE).withCalendars(List.of(Calendars.publicHolidays("au-vic")));
        this.taxis = read(data, "nyc_taxi.csv", NEW_YORK).get(0);
        this.workingWeek = workingWeek(taxis, us);
        List<Counts> all = read(data, "melbourne_4_9_13_17.csv", MELBOURNE);
        this.sensors = SENSORS.stream()
                .map(name -> all.stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElseThrow())
                .toList();
        this.fleets = read(data, "nyc_fhv_2015_daily.csv", NEW_YORK);
    }

    /** Whether the data is there. */
    public static boolean isPresent(Path data) {
        return Files.isRegularFile(data.resolve("nyc_taxi.csv"))
                && Files.isRegularFile(data.resolve("melbourne_4_9_13_17.csv"))
                && Files.isRegularFile(data.resolve("nyc_fhv_2015_daily.csv"));
    }

    /** Twelve kinds of series, 200 made-up silences each. */
    public List<Result> setups() {
        List<Result> results = new ArrayList<>();
        results.add(taxis("nyc 60/h", taxis, Thinning.to(60)));
        results.add(taxis("nyc 6/h", taxis, Thinning.to(6)));
        results.add(taxis("nyc 1/h", taxis, Thinning.to(1)));
        results.add(taxis("nyc 60/h in bursts", taxis, Thinning.to(60).inBursts(10)));
        results.add(taxis("nyc 6/h in bursts", taxis, Thinning.to(6).inBursts(10)));
        results.add(taxis("nyc week 20/h", workingWeek, Thinning.to(20)));
        results.add(taxis("nyc week 2/h", workingWeek, Thinning.to(2)));
        results.add(
                taxis("nyc week 20/h in bursts", workingWeek, Thinning.to(20).inBursts(10)));
        sensors.forEach(sensor -> results.add(sensor(sensor, melbourne, SILENCES)));
        return results;
    }

    /** The four counters as if nobody knew a holiday. */
    public List<Result> withoutHolidays() {
        return sensors.stream()
                .map(sensor -> sensor(sensor, Expectation.in(MELBOURNE), 0))
                .toList();
    }

    /** Twenty series from their first day on: alarms within their first four weeks. */
    public Result coldStart() {
        Instant end = workingWeek.from().plus(Duration.ofDays(28));
        ReplaySettings settings =
                ReplaySettings.DEFAULTS.withWarmUp(Duration.ZERO).withExcluded(List.of(new Span(end, Instant.MAX)));
        return new Result(
                "first 28 days, 20 series", run(workingWeek, Thinning.to(20), newYork, settings, 2 * SHORT_RUNS));
    }

    /** Twenty small bursty fleets as one stream. */
    public Result merged() {
        List<SeriesReport> reports = new ArrayList<>();
        for (int run = 0; run < SHORT_RUNS; run++) {
            List<ArrivalHistory> parts = new ArrayList<>();
            for (int part = 0; part < 20; part++) {
                parts.add(Thinning.to(6).inBursts(10).arrivals(taxis, seed + 1000L * (run + 1) + part));
            }
            ReplaySettings settings =
                    ReplaySettings.DEFAULTS.withExcluded(LABELLED).withInjected(SILENCES / SHORT_RUNS, seed + run);
            reports.add(replay.run("20 fleets", ArrivalHistory.merged(parts), newYork, settings));
        }
        return new Result("20 x nyc 6/h in bursts, merged", new ReplayReport(reports));
    }

    /** Daily counts of real fleets, with and without the calendar. */
    public List<Result> dailyFleets() {
        ReplaySettings settings = ReplaySettings.DEFAULTS;
        return List.of(
                new Result("daily fleets", daily(newYork, settings)),
                new Result("daily fleets, no holidays", daily(Expectation.in(NEW_YORK), settings)));
    }

    /** How many of these alarms are of a day on which the clock changed. */
    public static long onClockChanges(List<Result> results) {
        return results.stream()
                .flatMap(result -> result.report().series().stream()
                        .flatMap(series -> series.alarms().stream())
                        .filter(alarm ->
                                isClockChange(alarm.at(), result.name().startsWith("nyc") ? NEW_YORK : MELBOURNE)))
                .count();
    }

    /** How many alarms are of times in which the counts themselves, before they were thinned, had stopped: below 15 % of the same hour in the four weeks before. */
    public long realStops(List<Result> results) {
        return results.stream()
                .flatMap(result -> result.report().series().stream())
                .flatMap(series -> series.alarms().stream().filter(alarm -> isRealStop(series.name(), alarm)))
                .count();
    }

    private boolean isRealStop(String name, ReplayAlarm alarm) {
        Counts counts = Stream.concat(Stream.of(taxis, workingWeek), sensors.stream())
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        Instant until = alarm.recoveredAt().orElse(alarm.at().plus(Duration.ofHours(1)));
        for (int i = 0; i < counts.size(); i++) {
            Instant start = Instant.ofEpochSecond(counts.start(i));
            if (start.isAfter(alarm.since().minus(counts.interval())) && start.isBefore(until)) {
                double usual = usual(counts, i);
                if (usual >= 20 && counts.value(i) < 0.15 * usual) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Mean of the same hour of the week in the four weeks before. */
    private static double usual(Counts counts, int index) {
        int week = (int) Duration.ofDays(7).dividedBy(counts.interval());
        double sum = 0;
        int weeks = 0;
        for (int i = index - week; i >= 0 && weeks < 4; i -= week) {
            sum += counts.value(i);
            weeks++;
        }
        return weeks == 0 ? 0 : sum / weeks;
    }

    /** Alarms per series and year of a rule that alarms after a fixed time without packets, mean of the setups' series. */
    public double alarmsPerYearOfRule(Duration limit) {
        double gaps = 0;
        double years = 0;
        for (Setup setup : List.of(
                new Setup(taxis, Thinning.to(60), SHORT_RUNS),
                new Setup(taxis, Thinning.to(6), SHORT_RUNS),
                new Setup(taxis, Thinning.to(1), SHORT_RUNS),
                new Setup(taxis, Thinning.to(60).inBursts(10), SHORT_RUNS),
                new Setup(taxis, Thinning.to(6).inBursts(10), SHORT_RUNS),
                new Setup(workingWeek, Thinning.to(20), SHORT_RUNS),
                new Setup(workingWeek, Thinning.to(2), SHORT_RUNS),
                new Setup(workingWeek, Thinning.to(20).inBursts(10), SHORT_RUNS),
                new Setup(sensors.get(0), Thinning.to(6), LONG_RUNS),
                new Setup(sensors.get(1), Thinning.to(6), LONG_RUNS),
                new Setup(sensors.get(2), Thinning.to(6), LONG_RUNS),
                new Setup(sensors.get(3), Thinning.to(6), LONG_RUNS))) {
            for (int run = 0; run < setup.runs(); run++) {
                ArrivalHistory history = setup.thinning().arrivals(setup.counts(), seed + run);
                gaps += history.gapsLongerThan(limit);
                years += history.hours() / 8766.0;
            }
        }
        return gaps / years;
    }

    private record Setup(Counts counts, Thinning thinning, int runs) {}

    private Result taxis(String name, Counts counts, Thinning thinning) {
        ReplaySettings settings = ReplaySettings.DEFAULTS.withExcluded(LABELLED);
        return new Result(name, run(counts, thinning, newYork, settings.withInjected(SILENCES, seed), SHORT_RUNS));
    }

    private Result sensor(Counts sensor, Expectation expectation, int silences) {
        ReplaySettings settings = ReplaySettings.DEFAULTS.withInjected(silences, seed);
        return new Result(
                "melbourne " + sensor.name() + " 6/h", run(sensor, Thinning.to(6), expectation, settings, LONG_RUNS));
    }

    private ReplayReport run(
            Counts counts, Thinning thinning, Expectation expectation, ReplaySettings settings, int runs) {
        List<SeriesReport> reports = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            reports.add(replay.run(
                    counts.name(),
                    thinning.arrivals(counts, seed + run),
                    expectation,
                    settings.withInjected(settings.injected() / runs, seed + run)));
        }
        return new ReplayReport(reports);
    }

    private ReplayReport daily(Expectation expectation, ReplaySettings settings) {
        return new ReplayReport(fleets.stream()
                .map(fleet -> replay.run(fleet.name(), Thinning.NONE.arrivals(fleet, seed), expectation, settings))
                .toList());
    }

    private static boolean isClockChange(Instant at, ZoneId zone) {
        LocalDate date = at.atZone(zone).toLocalDate();
        return Duration.between(date.atStartOfDay(zone), date.plusDays(1).atStartOfDay(zone))
                        .toHours()
                != 24;
    }

    /** The same taxis as a fleet that works from Monday to Friday between 6 and 18, except on holidays. */
    private static Counts workingWeek(Counts all, BusinessCalendar calendar) {
        double[] values = new double[all.size()];
        for (int i = 0; i < values.length; i++) {
            ZonedDateTime at = Instant.ofEpochSecond(all.start(i)).atZone(NEW_YORK);
            boolean holiday = calendar.specialDays()
                    .on(at.toLocalDate())
                    .filter(day -> day.kind() == DayKind.CLOSED)
                    .isPresent();
            boolean works = at.getDayOfWeek().getValue() <= 5 && at.getHour() >= 6 && at.getHour() < 18 && !holiday;
            values[i] = works ? all.value(i) : 0;
        }
        return all.withValues("nyc week", values);
    }

    private static List<Counts> read(Path data, String file, ZoneId zone) throws IOException {
        return CountsFile.read(data.resolve(file), CountsFileOptions.in(zone)).series();
    }

    private static Span span(String from, String until) {
        return new Span(
                LocalDateTime.parse(from).atZone(NEW_YORK).toInstant(),
                LocalDateTime.parse(until).atZone(NEW_YORK).toInstant());
    }
}

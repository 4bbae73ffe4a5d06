package io.caravan.cli;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.Durations;
import io.caravan.calendar.Moments;
import io.caravan.calendar.files.Calendars;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.history.Counts;
import io.caravan.watch.history.CountsFile;
import io.caravan.watch.history.CountsFileOptions;
import io.caravan.watch.history.HistoryReplay;
import io.caravan.watch.history.ReplayReport;
import io.caravan.watch.history.ReplaySettings;
import io.caravan.watch.history.SeriesReport;
import io.caravan.watch.history.Thinning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Replays a file of counts. */
final class CountsReplay {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final int MOST_NAMES = 20;

    @Option(names = "--csv", paramLabel = "FILE", required = true, description = "The counts.")
    private @Nullable Path csv;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Clock that the fleet lives by, such as Europe/Amsterdam. Default: the calendar's.")
    private @Nullable String zone;

    @Option(
            names = "--times-in",
            paramLabel = "ZONE",
            description = "Clock by which times without offset are written, such as UTC. Default: that of --zone.")
    private @Nullable String timesIn;

    @Option(
            names = "--calendar",
            paramLabel = "NAME",
            split = ",",
            description =
                    "A calendar of config/calendars, a file of one, or a country such as nl or us-ny; repeatable.")
    private List<String> calendarNames = new ArrayList<>();

    @Option(names = "--country", paramLabel = "CODE", description = "Its public holidays, such as US.")
    private @Nullable String country;

    @Option(
            names = {"--subdivision", "--region"},
            paramLabel = "CODE",
            description = "Of this part of the country, such as ny.")
    private @Nullable String subdivision;

    @Option(names = "--time", paramLabel = "COL", description = "Column of times, by heading or number from 1.")
    private @Nullable String time;

    @Option(names = "--count", paramLabel = "COL", split = ",", description = "Columns of counts.")
    private List<String> counts = new ArrayList<>();

    @Option(names = "--series", paramLabel = "COL", description = "Column that names the series.")
    private @Nullable String series;

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "Only series of these names.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            description = "Time that a row counts, such as 30m, 1h or 1d. Default: auto, found out.")
    private String interval = "auto";

    @Option(
            names = "--dates",
            paramLabel = "dmy|mdy",
            description = "Order of dates such as 03/04/2015. Default: found out.")
    private @Nullable String dates;

    @Option(
            names = "--absent",
            paramLabel = "zero|unknown",
            description = "What a moment without row means. Default: found out.")
    private @Nullable String absent;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Thin each series to so many packets an hour, mean of all hours. Default: as counted.")
    private @Nullable Double rate;

    @Option(names = "--burst", paramLabel = "M", description = "Packets come as trips of M on average, one a minute.")
    private double burst = 1;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Draw arrivals N times from the counts, each with a seed of its own. Default: 1.")
    private int runs = 1;

    /** @param calendars finds a calendar by its name; throws IllegalArgumentException, naming what was meant, for any other */
    Replayed replay(HistoryReplay replay, ReplayOptions options, Function<String, BusinessCalendar> calendars)
            throws IOException {
        if (runs < 1) {
            throw new IllegalArgumentException("--runs '" + runs + "' is no number of runs; give 1 or more");
        }
        List<BusinessCalendar> known = calendars(calendars);
        ZoneId clock = clock(known);
        CountsFile file = CountsFile.read(existing(), options(clock));
        Expectation expectation = options.applied(Expectation.in(clock).withCalendars(known));
        return new Replayed(file.understood(), replay(replay, wanted(file), expectation, options), clock);
    }

    private ReplayReport replay(
            HistoryReplay replay, List<Counts> wanted, Expectation expectation, ReplayOptions options) {
        Thinning thinning = new Thinning(rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate), burst);
        ReplaySettings settings = options.settings(expectation.zone());
        List<SeriesReport> reports = new ArrayList<>();
        for (Counts each : wanted) {
            for (int run = 0; run < runs; run++) {
                long seed = options.seed() + run;
                reports.add(replay.run(
                        each.name(),
                        thinning.arrivals(each, seed),
                        expectation,
                        settings.withInjected(options.injected() / runs, seed)));
            }
        }
        return new ReplayReport(reports);
    }

    private Path existing() {
        if (csv != null && Files.isDirectory(csv)) {
            throw new IllegalArgumentException(csv + " is a folder; give the path of a file of counts in it.");
        }
        if (csv == null || !Files.isRegularFile(csv)) {
            throw new IllegalArgumentException("There is no file " + csv + "; give the path of a file of counts.");
        }
        return csv;
    }

    private List<BusinessCalendar> calendars(Function<String, BusinessCalendar> calendars) {
        List<BusinessCalendar> found = new ArrayList<>();
        for (String name : calendarNames) {
            found.add(FleetCalendars.find(name, calendars));
        }
        if (country != null) {
            found.add(Calendars.publicHolidays(
                    subdivision == null || country.contains("-") ? country : country + "-" + subdivision));
        }
        return found;
    }

    private ZoneId clock(List<BusinessCalendar> known) {
        if (zone != null) {
            return Moments.zone(zone);
        }
        return known.stream()
                .map(BusinessCalendar::zone)
                .filter(each -> !each.equals(ZoneOffset.UTC))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "--zone is missing; say whose clock the fleet lives by, such as --zone Europe/Amsterdam, or --zone UTC"));
    }

    private CountsFileOptions options(ZoneId clock) {
        return new CountsFileOptions(
                clock,
                timesIn == null ? clock : Moments.zone(timesIn),
                Optional.ofNullable(time),
                counts,
                Optional.ofNullable(series),
                interval.equals("auto")
                        ? Optional.empty()
                        : Optional.of(Durations.parse(interval)
                                .filter(length -> length.compareTo(SHORTEST) >= 0)
                                .orElseThrow(() -> new IllegalArgumentException("--interval '" + interval
                                        + "' is no time of a minute or more; write it such as 30m, 1h or 1d"))),
                choice("--dates", dates, "dmy", "mdy"),
                choice("--absent", absent, "zero", "unknown"));
    }

    private static Optional<Boolean> choice(String option, @Nullable String value, String yes, String no) {
        if (value != null && !value.equalsIgnoreCase(yes) && !value.equalsIgnoreCase(no)) {
            throw new IllegalArgumentException(option + " is '" + value + "'; give " + yes + " or " + no);
        }
        return Optional.ofNullable(value).map(text -> text.equalsIgnoreCase(yes));
    }

    private List<Counts> wanted(CountsFile file) {
        List<Counts> found = file.series().stream()
                .filter(each -> only.isEmpty() || only.contains(each.name()))
                .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("--only " + String.join(",", only)
                    + " names no series of the file. Known: "
                    + String.join(
                            ", ",
                            file.series().stream()
                                    .map(Counts::name)
                                    .limit(MOST_NAMES)
                                    .toList()));
        }
        return found;
    }
}

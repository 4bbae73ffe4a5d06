package io.caravan.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.Moments;
import io.caravan.calendar.files.Calendars;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.history.Counts;
import io.caravan.watch.history.CountsFile;
import io.caravan.watch.history.CountsFileException;
import io.caravan.watch.history.CountsFileOptions;
import io.caravan.watch.history.HistoryReplay;
import io.caravan.watch.history.ReplayReport;
import io.caravan.watch.history.ReplaySettings;
import io.caravan.watch.history.ReplaySettings.Span;
import io.caravan.watch.history.SeriesReport;
import io.caravan.watch.history.Thinning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code caravan fleet replay}: what the detector would have said of counts in a file. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a file of counts through the detector that watches fleets: alarms that it would have given, false alarms a year, delays.",
            "Separator, headings, columns, times and interval are found out and told; alarms of real outages in the file are among those that are listed."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:replayed", "2:the file or an option can't be understood"},
        footer = {
            "",
            "Example: caravan fleet replay --csv counts.csv --zone Europe/Amsterdam --country nl --inject 200",
            "Example: caravan fleet replay --csv taxi.csv --zone America/New_York --country US --subdivision ny --rate 20 --inject 200 --seed 7"
        })
public final class FleetReplayCommand implements Callable<Integer> {
    private static final int LONGEST_NAME = 32;

    private final Function<String, BusinessCalendar> calendars;
    private final Supplier<Detector> detector;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--csv", paramLabel = "FILE", required = true, description = "The counts.")
    private @Nullable Path csv;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description =
                    "Clock of the fleet, and of times without offset, such as Europe/Amsterdam. Default: the calendar's.")
    private @Nullable String zone;

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

    @Option(names = "--no-holidays", description = "As if no holiday were known, to see what they are worth.")
    private boolean noHolidays;

    @Option(names = "--works-on-holidays", description = "Holidays are days as any other.")
    private boolean worksOnHolidays;

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
            description =
                    "Draw arrivals N times from the counts, each with a seed of its own. Default: ${DEFAULT-VALUE}.")
    private int runs = 1;

    @Option(
            names = "--inject",
            paramLabel = "N",
            description = "Make up N silences a series and tell how soon they are found. Default: ${DEFAULT-VALUE}.")
    private int inject;

    @Option(names = "--seed", paramLabel = "S", description = "Of all that is random. Default: ${DEFAULT-VALUE}.")
    private long seed = 42;

    @Option(
            names = "--exclude",
            paramLabel = "FROM..TO",
            split = ",",
            description = "Don't count alarms of this time, such as 2015-01-26..2015-01-28; repeatable.")
    private List<String> exclude = new ArrayList<>();

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            defaultValue = "28d",
            description = "Don't count alarms in the beginning. Default: ${DEFAULT-VALUE}.")
    private Duration warmUp = Duration.ofDays(28);

    @Option(
            names = "--alarms",
            paramLabel = "N",
            description = "List at most so many alarms. Default: ${DEFAULT-VALUE}.")
    private int listed = 50;

    @Option(names = "--json", description = "Print for programs.")
    private boolean json;

    /** @param calendars finds a calendar by its name; throws IllegalArgumentException, naming what was meant, for any other */
    public FleetReplayCommand(Function<String, BusinessCalendar> calendars, Supplier<Detector> detector) {
        this.calendars = calendars;
        this.detector = detector;
    }

    @Override
    public Integer call() throws Exception {
        try {
            List<BusinessCalendar> known = calendars();
            ZoneId clock = clock(known);
            CountsFile file = CountsFile.read(existing(), options(clock));
            Expectation expectation = Expectation.in(clock).withCalendars(known).worksOnHolidays(worksOnHolidays);
            ReplayReport report = replay(wanted(file), expectation, settings(clock));
            print(file, report, clock);
            return 0;
        } catch (CountsFileException | IllegalArgumentException | DateTimeException e) {
            throw new ParameterException(commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Path existing() {
        if (csv == null || !Files.isRegularFile(csv)) {
            throw new IllegalArgumentException("There is no file " + csv + "; give the path of a file of counts.");
        }
        return csv;
    }

    private List<BusinessCalendar> calendars() throws IOException {
        List<BusinessCalendar> found = new ArrayList<>();
        for (String name : calendarNames) {
            found.add(FleetCalendars.find(name, calendars));
        }
        if (country != null) {
            found.add(Calendars.publicHolidays(
                    subdivision == null || country.contains("-") ? country : country + "-" + subdivision));
        }
        return noHolidays ? List.of() : found;
    }

    private ZoneId clock(List<BusinessCalendar> known) throws IOException {
        if (zone != null) {
            return Moments.zone(zone);
        }
        return known.stream()
                .map(BusinessCalendar::zone)
                .filter(each -> !each.equals(java.time.ZoneOffset.UTC))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "--zone is missing; say whose clock the fleet lives by, such as --zone Europe/Amsterdam, or --zone UTC"));
    }

    private CountsFileOptions options(ZoneId clock) {
        return new CountsFileOptions(
                clock,
                Optional.ofNullable(time),
                counts,
                Optional.ofNullable(series),
                interval.equals("auto")
                        ? Optional.empty()
                        : Optional.of(io.caravan.calendar.Durations.parse(interval)
                                .filter(length -> length.compareTo(Duration.ofMinutes(1)) >= 0)
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

    private ReplaySettings settings(ZoneId clock) {
        return ReplaySettings.DEFAULTS
                .withWarmUp(warmUp)
                .withExcluded(exclude.stream().map(text -> span(text, clock)).toList())
                .withInjected(inject, seed);
    }

    /** Both ends may be dates; the last one counts whole. */
    private static Span span(String text, ZoneId clock) {
        int dots = text.indexOf("..");
        if (dots < 0) {
            throw new IllegalArgumentException(
                    "--exclude '" + text
                            + "' is no time; write it such as 2015-01-26..2015-01-28, or with times 2015-01-26T20:30..2015-01-28T04:00");
        }
        String from = text.substring(0, dots);
        String until = text.substring(dots + 2);
        return new Span(
                Moments.parse(from, clock),
                until.length() > "2015-01-28".length()
                        ? Moments.parse(until, clock)
                        : LocalDate.parse(until).plusDays(1).atStartOfDay(clock).toInstant());
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
                            file.series().stream().map(Counts::name).limit(20).toList()));
        }
        return found;
    }

    private ReplayReport replay(List<Counts> wanted, Expectation expectation, ReplaySettings settings) {
        Thinning thinning = new Thinning(rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate), burst);
        HistoryReplay replay = new HistoryReplay(detector.get());
        List<SeriesReport> reports = new ArrayList<>();
        for (Counts each : wanted) {
            for (int run = 0; run < Math.max(1, runs); run++) {
                reports.add(replay.run(
                        each.name(),
                        thinning.arrivals(each, seed + run),
                        expectation,
                        settings.withInjected(inject / Math.max(1, runs), seed + run)));
            }
        }
        return new ReplayReport(reports);
    }

    private void print(CountsFile file, ReplayReport report, ZoneId clock) throws IOException {
        ReplayText text = new ReplayText(file.understood(), report, clock, LONGEST_NAME);
        var out = commandSpec().commandLine().getOut();
        if (json) {
            out.println(JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(text.json()));
        } else {
            text.print(out, listed);
        }
        out.flush();
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("A FleetReplayCommand is run by picocli's CommandLine.");
        }
        return spec;
    }
}

package io.caravan.cli;

import io.caravan.calendar.Moments;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.SpecialDates;
import io.caravan.watch.history.ReplaySettings;
import io.caravan.watch.history.ReplaySettings.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What may be tried on any history. */
final class ReplayOptions {
    @Option(names = "--no-holidays", description = "As if no holiday were known, to see what they are worth.")
    private boolean noHolidays;

    @Option(names = "--works-on-holidays", description = "Holidays are days as any other.")
    private boolean worksOnHolidays;

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

    long seed() {
        return seed;
    }

    int injected() {
        return inject;
    }

    ReplaySettings settings(ZoneId clock) {
        if (inject < 0) {
            throw new IllegalArgumentException("--inject '" + inject + "' is no number of silences; give 0 or more");
        }
        return ReplaySettings.DEFAULTS
                .withWarmUp(warmUp)
                .withExcluded(exclude.stream().map(text -> span(text, clock)).toList())
                .withInjected(inject, seed);
    }

    Expectation applied(Expectation written) {
        Expectation known = noHolidays ? written.withSpecialDates(SpecialDates.NONE) : written;
        return worksOnHolidays ? known.worksOnHolidays(true) : known;
    }

    private static Span span(String text, ZoneId clock) {
        int dots = text.indexOf("..");
        if (dots < 0) {
            throw new IllegalArgumentException(
                    "--exclude '" + text
                            + "' is no time; write it such as 2015-01-26..2015-01-28, or with times 2015-01-26T20:30..2015-01-28T04:00");
        }
        return new Span(Moments.parse(text.substring(0, dots), clock), end(text.substring(dots + 2), clock));
    }

    /** A date that ends a time counts whole. */
    static Instant end(String text, ZoneId clock) {
        return text.length() > "2015-01-28".length()
                ? Moments.parse(text, clock)
                : LocalDate.parse(text).plusDays(1).atStartOfDay(clock).toInstant();
    }
}

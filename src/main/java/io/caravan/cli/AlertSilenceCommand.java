package io.caravan.cli;

import io.caravan.alert.AlertDesk;
import io.caravan.alert.routing.Matchers;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.Durations;
import io.caravan.calendar.Moments;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan alert silence}. */
@Command(
        name = "silence",
        mixinStandardHelpOptions = true,
        description = "Tells nobody of alerts that match, for a while; what is still open then is told at the end.")
public final class AlertSilenceCommand extends Subcommand {
    private static final String NEXT_BUSINESS_DAY = "next-business-day";

    private final Supplier<AlertDesk> desk;
    private final Function<String, BusinessCalendar> calendars;
    private final Clock clock;

    @Parameters(
            paramLabel = "CONDITION",
            arity = "1..*",
            description = "Such as provider=acme or fleet=~\"acme/.*\"; all must hold.")
    private List<String> conditions = List.of();

    @ArgGroup(multiplicity = "1")
    private End end = new End();

    private static final class End {
        @Option(names = "--for", paramLabel = "TIME", description = "How long, such as 1h or 2d.")
        private @Nullable String time;

        @Option(
                names = "--until",
                paramLabel = "END",
                description =
                        "Until when: next-business-day, or a moment such as 2026-03-02T17:00:00Z or \"2026-03-02 17:00\".")
        private @Nullable String until;
    }

    @Option(
            names = "--from",
            paramLabel = "BEGIN",
            description = "When it begins, a moment such as \"2026-03-02 17:00\". Default: now.")
    private @Nullable String begin;

    @Option(
            names = "--calendar",
            paramLabel = "NAME",
            description =
                    "Whose business days, a file of config/calendars. Default: Monday to Friday from 9 o'clock by this system's clock.")
    private @Nullable String calendar;

    @Option(names = "--why", required = true, paramLabel = "REASON", description = "Why, for those who wonder.")
    private String why = "";

    @Mixin
    private ByOption author = new ByOption();

    /**
     * The command.
     *
     * @param calendars by name
     * @param clock in its zone moments are read where no calendar is named
     */
    public AlertSilenceCommand(Supplier<AlertDesk> desk, Function<String, BusinessCalendar> calendars, Clock clock) {
        this.desk = desk;
        this.calendars = calendars;
        this.clock = clock;
    }

    @Override
    int run() {
        Instant from = begin == null ? clock.instant() : moment(begin, clock.instant());
        Instant until = end.time == null ? until(required(end.until), from) : from.plus(length(end.time));
        long silence = desk.get().incidents().silence(Matchers.parse(conditions), from, until, author.by(), why);
        if (isJson()) {
            say(object().put("silence", silence).put("from", from.toString()).put("until", until.toString()));
        } else {
            say("Silence " + silence + " holds "
                    + (begin == null ? "" : "from " + from.truncatedTo(ChronoUnit.SECONDS) + " ") + "until "
                    + until.truncatedTo(ChronoUnit.SECONDS) + ". To end it: caravan alert unsilence " + silence);
        }
        return 0;
    }

    private static String required(@Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException("A silence has an end: --for 1h or --until next-business-day");
        }
        return text;
    }

    private static Duration length(String text) {
        return Durations.parse(text)
                .filter(duration -> !duration.isNegative() && !duration.isZero())
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + text + "' is no time; write it such as 30m, 1h or 2d"));
    }

    private Instant until(String text, Instant now) {
        BusinessCalendar days = days();
        if (text.equals(NEXT_BUSINESS_DAY)) {
            return days.nextWorkday(now)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "Calendar '" + days.name() + "' has no business day within ten years; use --for"));
        }
        return moment(text, now);
    }

    private Instant moment(String text, Instant now) {
        Instant moment = Moments.parse(text, days().zone());
        if (!moment.isAfter(now)) {
            throw new IllegalArgumentException("'" + text + "' is over; write a moment after " + now);
        }
        return moment;
    }

    private BusinessCalendar days() {
        return calendar == null ? BusinessCalendar.usual(clock.getZone()) : calendars.apply(calendar);
    }
}

package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.calendar.Durations;
import io.caravan.calendar.Moments;
import io.caravan.watch.detect.Window;
import io.caravan.watch.fleet.ExpectedDay;
import io.caravan.watch.fleet.ExpectedDays;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan fleet calendar}: what is expected of a fleet or a merged stream day by day, and why. */
@Command(
        name = "calendar",
        mixinStandardHelpOptions = true,
        description = {
            "Shows day by day what is expected of a fleet, or of all fleets of a provider, credential, region or tenant: holidays, bridge days, eves, half days, company days, planned maintenance, expected silence, changes of the clocks.",
            "usual: as its pattern has learned of that day of the week. less, little: silence proves less, or little. nothing: silence proves nothing."
        })
public final class FleetCalendarCommand extends Subcommand {
    private static final int LONGEST = 3_660;

    private final Function<String, ExpectedDays> calendars;
    private final Clock clock;

    @Parameters(
            paramLabel = "FLEET",
            description =
                    "A fleet as <provider>/<fleet>, its bare name where only one has it, or a provider, <provider>:<credential>, region or tenant.")
    private String fleet = "";

    @Option(
            names = "--next",
            paramLabel = "TIME",
            defaultValue = "30d",
            description = "How far to look, such as 60d. Default: ${DEFAULT-VALUE}.")
    private String next = "30d";

    @Option(names = "--from", paramLabel = "DATE", description = "The first day. Default: today, by the fleet's clock.")
    private @org.jspecify.annotations.Nullable LocalDate from;

    @Option(names = "--special", description = "Only days that are not as any other.")
    private boolean special;

    /** @param calendars finds what is written of a fleet or provider; an IllegalArgumentException tells whom it doesn't know */
    public FleetCalendarCommand(Function<String, ExpectedDays> calendars, Clock clock) {
        this.calendars = calendars;
        this.clock = clock;
    }

    @Override
    int run() {
        ExpectedDays calendar = calendars.apply(fleet);
        LocalDate first = from == null ? LocalDate.ofInstant(clock.instant(), calendar.zone()) : from;
        List<ExpectedDay> days = calendar.days(first, days()).stream()
                .filter(day -> !special || !day.reasons().isEmpty())
                .toList();
        if (isJson()) {
            say(json(calendar, days));
        } else {
            say(fleet + ", by the clock of " + calendar.zone() + ", calendars: "
                    + (calendar.calendars().isEmpty() ? "none" : String.join(", ", calendar.calendars())));
            Table table = new Table("DATE", "DAY", "EXPECTED", "WHY");
            days.forEach(
                    day -> table.row(day.date().toString(), weekday(day), word(day), String.join("; ", day.reasons())));
            table.print(out());
        }
        return 0;
    }

    private int days() {
        return Durations.parse(next)
                .map(Duration::toDays)
                .filter(days -> days > 0 && days <= LONGEST)
                .map(Long::intValue)
                .orElseThrow(() -> misused("--next is '" + next + "'; give whole days, from 1d to " + LONGEST + "d."));
    }

    private ObjectNode json(ExpectedDays calendar, List<ExpectedDay> days) {
        ObjectNode node = object();
        node.put("fleet", fleet).put("zone", Moments.name(calendar.zone()));
        calendar.calendars().forEach(node.putArray("calendars")::add);
        ArrayNode array = node.putArray("days");
        for (ExpectedDay day : days) {
            ObjectNode one = array.addObject()
                    .put("date", day.date().toString())
                    .put("weekday", weekday(day))
                    .put("expected", word(day));
            day.reasons().forEach(one.putArray("reasons")::add);
            windows(one.putArray("maintenance"), day, Window.Kind.MAINTENANCE);
            windows(one.putArray("expectedSilence"), day, Window.Kind.EXPECTED);
        }
        return node;
    }

    private static void windows(ArrayNode array, ExpectedDay day, Window.Kind kind) {
        day.windows().stream()
                .filter(window -> window.kind() == kind)
                .forEach(window -> array.addObject()
                        .put("from", window.from().toString())
                        .put("until", window.until().toString())
                        .put("note", window.note()));
    }

    private static String weekday(ExpectedDay day) {
        return day.date().getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    }

    private static String word(ExpectedDay day) {
        return day.expect().name().toLowerCase(Locale.ROOT);
    }
}

package io.caravan.cli;

import io.caravan.calendar.Moments;
import io.caravan.watch.detect.Window;
import io.caravan.watch.series.Series;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan fleet expect}: silence is expected, or planned. */
@Command(
        name = "expect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says that silence is expected: nothing is told of it before the end, and it teaches nothing.",
            "A fleet that is still silent after the end is told at once, or as soon as it usually sends again."
        },
        footer = {
            "",
            "Examples:",
            "  caravan fleet expect north --until 2026-08-17 --note \"works holiday\"",
            "  caravan fleet expect 'acme/*' --maintenance --from \"2026-03-07 22:00\" --until \"2026-03-08 04:00\"",
            "  caravan fleet expect north --no-more"
        })
public final class FleetExpectCommand extends Subcommand {
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

    private final FleetDesk desk;

    @Parameters(
            paramLabel = "FLEET",
            description =
                    "Such as north, or whole names in which * stands for any text: 'acme/*'; or a provider, provider:credential, region or tenant, which means all of its fleets.")
    private String fleet = "";

    @Option(
            names = "--until",
            paramLabel = "WHEN",
            description =
                    "The end, by the fleet's clock: 2026-08-17 (its beginning), \"2026-08-17 06:00\", or with an offset.")
    private @Nullable String until;

    @Option(names = "--from", paramLabel = "WHEN", description = "The beginning. Default: now.")
    private @Nullable String from;

    @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why, for those who are told.")
    private String note = "";

    @Option(names = "--maintenance", description = "It is planned maintenance.")
    private boolean maintenance;

    @Option(names = "--no-more", description = "Ends the windows of this name that were set by hand.")
    private boolean noMore;

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public FleetExpectCommand(FleetDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        if (noMore) {
            int ended = desk.operations().expectNoMore(author.author(), fleet);
            answer(0, "Ended " + ended + (ended == 1 ? " window." : " windows."));
            return 0;
        }
        String last = until;
        if (last == null) {
            throw misused("Until when? Give --until, such as --until 2026-08-17, or --no-more.");
        }
        ZoneId zone = desk.operations().zone(fleet);
        Instant end = moment(last, zone);
        Instant start = from == null ? desk.now().truncatedTo(ChronoUnit.SECONDS) : moment(from, zone);
        if (!start.isBefore(end)) {
            throw misused("It would end at " + shown(end, zone) + ", before it begins at " + shown(start, zone)
                    + "; give a later --until" + (from == null ? ", or an earlier --from." : "."));
        }
        Window.Kind kind = maintenance ? Window.Kind.MAINTENANCE : Window.Kind.EXPECTED;
        List<Series> fleets = desk.operations().expect(author.author(), fleet, kind, start, end, note);
        answer(
                fleets.size(),
                "Silence of " + whom(fleets) + " is "
                        + (maintenance ? "planned" : "expected") + " from "
                        + shown(start, zone) + " until " + Moments.inZone(shown(end, zone), zone) + ".");
        return 0;
    }

    private String whom(List<Series> fleets) {
        return fleets.isEmpty() ? fleet : fleets.size() == 1 ? fleets.get(0).name() : fleets.size() + " fleets";
    }

    private void answer(int fleets, String sentence) {
        if (isJson()) {
            say(object().put("fleets", fleets).put("answer", sentence));
        } else {
            say(sentence);
        }
    }

    private static String shown(Instant moment, ZoneId zone) {
        return SHOWN.format(moment.atZone(zone));
    }

    private Instant moment(String text, ZoneId zone) {
        try {
            return Moments.parse(text, zone);
        } catch (IllegalArgumentException e) {
            throw misused(String.valueOf(e.getMessage()));
        }
    }
}

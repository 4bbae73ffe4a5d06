package io.caravan.cli;

import io.caravan.watch.Series;
import io.caravan.watch.detect.Window;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
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
        Instant start = from == null ? desk.now() : moment(from, zone);
        Window.Kind kind = maintenance ? Window.Kind.MAINTENANCE : Window.Kind.EXPECTED;
        List<Series> fleets = desk.operations().expect(author.author(), fleet, kind, start, end, note);
        answer(
                fleets.size(),
                "Silence of " + whom(fleets) + " is "
                        + (maintenance ? "planned" : "expected") + " from "
                        + start.atZone(zone).toLocalDateTime()
                        + " until " + end.atZone(zone).toLocalDateTime() + " (" + zone + ").");
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

    private Instant moment(String text, ZoneId zone) {
        String iso = text.strip().replace(' ', 'T');
        try {
            if (!iso.contains("T")) {
                return LocalDate.parse(iso).atStartOfDay(zone).toInstant();
            }
            boolean hasOffset =
                    iso.endsWith("Z") || iso.substring(iso.indexOf('T')).matches(".*[+-].*");
            return hasOffset
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.of(
                                    LocalDate.parse(iso.substring(0, iso.indexOf('T'))),
                                    LocalTime.parse(iso.substring(iso.indexOf('T') + 1)))
                            .atZone(zone)
                            .toInstant();
        } catch (DateTimeException e) {
            throw misused("'" + text + "' is no moment; write it as 2026-08-17 or \"2026-08-17 06:00\".");
        }
    }
}

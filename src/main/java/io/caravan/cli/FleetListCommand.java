package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.calendar.Moments;
import io.caravan.watch.FleetReports.Line;
import io.caravan.watch.episode.Spoken;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesState;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code caravan fleet list}: how all fleets stand. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists fleets and how they stand: those in trouble first, with the likeliest cause.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nobody is in trouble", "1:somebody is", "2:wrong usage"})
public final class FleetListCommand extends Subcommand {
    private final FleetDesk desk;

    @Option(
            names = "--state",
            split = ",",
            paramLabel = "STATE",
            description = "Only in these states: ${COMPLETION-CANDIDATES}.")
    private List<SeriesState> states = List.of();

    @Option(names = "--trouble", description = "Only those of which people were told.")
    private boolean trouble;

    @Option(names = "--provider", paramLabel = "NAME", description = "Only of this provider.")
    private @Nullable String provider;

    @Option(names = "--tenant", paramLabel = "NAME", description = "Only of this tenant.")
    private @Nullable String tenant;

    @Option(
            names = "--credential",
            paramLabel = "NAME",
            description = "Only by this credential, also as provider:name.")
    private @Nullable String credential;

    @Option(names = "--region", paramLabel = "NAME", description = "Only of this region.")
    private @Nullable String region;

    @Option(names = "--merged", description = "Providers, credentials, regions and tenants too.")
    private boolean merged;

    public FleetListCommand(FleetDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Set<SeriesKind> kinds = EnumSet.allOf(SeriesKind.class);
        List<Line> lines = desk.reports().list(kinds, this::isWanted);
        if (isJson()) {
            ArrayNode array = array();
            lines.forEach(line -> array.add(FleetText.json(line)));
            say(array);
        } else {
            print(lines);
        }
        return lines.stream().anyMatch(line -> line.standing().state().isTold()) ? 1 : 0;
    }

    /** A merged stream is of interest while it is in trouble. */
    private boolean isWanted(Line line) {
        boolean shown = line.series().kind() == SeriesKind.FLEET
                || merged
                || line.trouble().isPresent();
        return shown
                && (states.isEmpty() || states.contains(line.standing().state()))
                && (!trouble
                        || line.standing().state().isTold()
                        || line.trouble().isPresent())
                && matches(provider, line.profile().provider())
                && matches(tenant, line.profile().tenant())
                && matchesCredential(line)
                && matches(region, line.profile().region());
    }

    private static boolean matches(@Nullable String wanted, Optional<String> value) {
        return wanted == null || value.filter(wanted::equals).isPresent();
    }

    private boolean matchesCredential(Line line) {
        if (credential == null) {
            return true;
        }
        String whole = line.profile().provider().orElse("") + ":"
                + line.profile().credential().orElse("");
        return matches(credential, line.profile().credential()) || credential.equals(whole);
    }

    private static String expected(Line line) {
        boolean isKnown = line.expectedNow() > 0 || line.standing().state() != SeriesState.UNKNOWN;
        return isKnown ? Spoken.packetsAnHour(line.expectedNow()) : "-";
    }

    private void print(List<Line> lines) {
        if (lines.isEmpty()) {
            say("No fleets. They appear with their first packet: to: watch:arrivals?fleet=…");
            return;
        }
        Instant now = desk.now();
        Table table = new Table("FLEET", "STATE", "SINCE", "LAST PACKET", "CLOCK", "EXPECTED NOW", "CAUSE");
        for (Line line : lines) {
            table.row(
                    line.title(),
                    line.stateInWords(),
                    FleetText.moment(Optional.of(line.standing().since()), now, line.zone()),
                    FleetText.moment(line.lastPacket(), now, line.zone()),
                    Moments.name(line.zone()),
                    expected(line),
                    line.causeInWords().orElse("-"));
        }
        table.print(out());
        lines.stream()
                .filter(line -> line.trouble().filter(episode -> episode.told()).isPresent())
                .forEach(line -> say(line.trouble().orElseThrow().sentence()));
    }
}

package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.calendar.Moments;
import io.caravan.watch.FleetReports.Line;
import io.caravan.watch.FleetReports.Report;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.WeekPrior;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.Spoken;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code caravan fleet show}: what is written of a fleet, how it stands, and its latest troubles. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows a fleet: what is written of it, how it stands, its windows and latest troubles.")
public final class FleetShowCommand extends Subcommand {
    private final FleetDesk desk;

    @Parameters(paramLabel = "FLEET", description = "Such as acme/north, or north where only one fleet has that name.")
    private String fleet = "";

    public FleetShowCommand(FleetDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Report report = desk.reports().report(desk.operations().watched(fleet));
        if (isJson()) {
            say(json(report));
        } else {
            print(report);
        }
        return 0;
    }

    static ObjectNode json(Report report) {
        ObjectNode node = FleetText.json(report.line());
        node.put("sentence", report.explanation().sentence());
        ArrayNode windows = node.putArray("windows");
        report.windows()
                .forEach(window -> windows.addObject()
                        .put("kind", FleetText.word(window.kind()))
                        .put("from", window.from().toString())
                        .put("until", window.until().toString())
                        .put("note", window.note()));
        ArrayNode troubles = node.putArray("troubles");
        report.troubles().forEach(episode -> troubles.add(FleetText.json(episode)));
        return node;
    }

    private void print(Report report) {
        Line line = report.line();
        Instant now = desk.now();
        say(line.series().name() + ": " + FleetText.word(line.standing().state()) + " since "
                + FleetText.moment(Optional.of(line.standing().since()), now, line.zone()));
        field("last packet", FleetText.moment(line.lastPacket(), now, line.zone()));
        field("expected now", Spoken.packetsAnHour(line.expectedNow()));
        field("name", line.profile().name());
        field("provider", line.profile().provider().orElse("-"));
        field("tenant", line.profile().tenant().orElse("-"));
        field("credential", line.profile().credential().orElse("-"));
        field("region", line.profile().region().orElse("-"));
        field("zone", Moments.name(line.zone()));
        field("owner", line.profile().owner().orElse("-"));
        field("contact", line.profile().contact().orElse("-"));
        Expectation expectation = line.profile().expectation();
        List<String> calendars = expectation.specialDates().calendarNames();
        field("calendars", calendars.isEmpty() ? "-" : String.join(", ", calendars));
        field("on holidays", expectation.worksOnHolidays() ? "works" : "as it has learned, else little");
        field(
                "until learned",
                expectation
                        .prior()
                        .map(prior -> prior.source() == WeekPrior.Source.SCHEDULE ? "its schedule" : "its peers")
                        .orElse("nothing is expected"));
        field("severity", line.profile().severity().map(Severity::word).orElse("as the cause says"));
        field(
                "retired after",
                line.profile().retireAfter().map(Spoken::duration).orElse("never"));
        field("lag limit", line.profile().lagLimit().map(Spoken::duration).orElse("learned"));
        report.windows()
                .forEach(window -> field(
                        FleetText.word(window.kind()),
                        Spoken.moment(window.from(), now, line.zone()) + " until "
                                + Spoken.moment(window.until(), now, line.zone())
                                + (window.note().isEmpty() ? "" : ": " + window.note())));
        if (!report.troubles().isEmpty()) {
            say("");
            Table table = new Table("TROUBLE", "SINCE", "LASTED", "SEVERITY", "CAUSE", "STATE");
            for (Episode episode : report.troubles()) {
                table.row(
                        episode.kind().word(),
                        Spoken.moment(episode.since(), now, line.zone()),
                        Spoken.duration(episode.duration(now)),
                        episode.severity().word(),
                        episode.cause().map(Cause::word).orElse("-"),
                        (episode.isOpen() ? "open" : "over")
                                + episode.returned()
                                        .map(at -> ", came back " + Spoken.moment(at, now, line.zone()))
                                        .orElse("")
                                + (episode.confirmed().isPresent() ? ", confirmed" : "")
                                + (episode.parent().isPresent() ? ", of its merged stream" : ""));
            }
            table.print(out());
        }
    }

    private void field(String label, String value) {
        say(String.format("  %-14s%s", label, value));
    }
}

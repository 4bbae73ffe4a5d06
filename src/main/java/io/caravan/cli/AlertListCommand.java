package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.Incident;
import io.caravan.alert.IncidentJson;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code caravan alert list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the incidents: those that are open first, the newest first.")
public final class AlertListCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;

    @Option(names = "--all", description = "Also those that are resolved.")
    private boolean all;

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description = "Only those with this label, such as provider=acme. May be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--limit", defaultValue = "100", description = "At most so many. Default: ${DEFAULT-VALUE}.")
    private int limit;

    public AlertListCommand(Supplier<AlertDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        List<Incident> incidents = desk.get().incidents().list(labels, all, limit);
        if (isJson()) {
            ArrayNode array = array();
            incidents.forEach(incident -> array.add(IncidentJson.write(incident)));
            say(array);
            return 0;
        }
        if (incidents.isEmpty()) {
            say(all ? "No incidents." : "No open incidents.");
            return 0;
        }
        Table table = new Table("INCIDENT", "STATE", "SEVERITY", "SINCE", "SIGNALS", "SUMMARY");
        incidents.forEach(incident -> table.row(
                String.valueOf(incident.number()),
                AlertText.state(incident),
                incident.severity().word(),
                incident.openedAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                String.valueOf(incident.signals()),
                incident.summary()));
        table.print(out());
        return 0;
    }
}

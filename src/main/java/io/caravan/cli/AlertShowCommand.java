package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.Incident;
import io.caravan.alert.IncidentJson;
import io.caravan.alert.Incidents;
import java.util.TreeMap;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan alert show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows an incident: its labels, what is known of it, and what became of it.")
public final class AlertShowCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;

    @Mixin
    private IncidentNumber named = new IncidentNumber();

    public AlertShowCommand(Supplier<AlertDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Incidents incidents = desk.get().incidents();
        Incident incident = incidents
                .find(named.number())
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no incident " + named.number() + "; see: caravan alert list --all"));
        if (isJson()) {
            ObjectNode node = IncidentJson.write(incident);
            ArrayNode history = node.putArray("history");
            incidents.history(incident).forEach(history::add);
            say(node);
            return 0;
        }
        say("Incident " + incident.number() + ": " + incident.summary());
        say(AlertText.state(incident) + ", " + incident.severity().word() + ", since " + incident.openedAt() + ", "
                + incident.signals() + " signals, key " + incident.key());
        new TreeMap<>(incident.labels()).forEach((label, value) -> say("  " + label + " = " + value));
        say("What is known: " + incident.detail());
        say("What became of it:");
        incidents.history(incident).forEach(line -> say("  " + line));
        return 0;
    }
}

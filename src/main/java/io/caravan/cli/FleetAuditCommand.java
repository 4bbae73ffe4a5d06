package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.watch.AuditRepository;
import io.caravan.watch.AuditRepository.Entry;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan fleet audit}: what people did to fleets by hand. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Lists what people did to fleets by hand, the newest first: who, when, what, why.")
public final class FleetAuditCommand extends Subcommand {
    private final FleetDesk desk;

    @Parameters(
            arity = "0..1",
            paramLabel = "FLEET",
            defaultValue = "",
            description = "A whole name as it was given, such as acme/north. Default: all.")
    private String fleet = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many. Default: ${DEFAULT-VALUE}.")
    private int limit = 50;

    public FleetAuditCommand(FleetDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        List<Entry> entries = new AuditRepository(desk.database()).list(fleet, limit);
        if (isJson()) {
            ArrayNode array = array();
            entries.forEach(entry -> array.addObject()
                    .put("at", entry.at().toString())
                    .put("who", entry.who())
                    .put("action", entry.action())
                    .put("fleet", entry.fleet())
                    .put("detail", entry.detail())
                    .put("why", entry.why()));
            say(array);
        } else if (entries.isEmpty()) {
            say("Nothing was done by hand.");
        } else {
            Table table = new Table("AT", "WHO", "ACTION", "FLEET", "WHAT", "WHY");
            entries.forEach(entry -> table.row(
                    DagText.text(entry.at()), entry.who(), entry.action(), entry.fleet(), entry.detail(), entry.why()));
            table.print(out());
        }
        return 0;
    }
}

package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.dag.steering.AuditRepository;
import io.caravan.dag.steering.AuditRepository.Entry;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan dag audit}: what people did by hand. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Lists what people did by hand, the newest first: who, when, what, why.")
public final class DagAuditCommand extends DagSubcommand {
    private final DagDesk desk;

    @Parameters(arity = "0..1", paramLabel = "WORKFLOW", description = "Such as rides. Default: all.")
    private @Nullable String dag;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many. Default: ${DEFAULT-VALUE}.")
    private int limit = 50;

    public DagAuditCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        List<Entry> entries =
                new AuditRepository(desk.database()).list(dag == null ? "" : dag, Optional.empty(), limit);
        if (isJson()) {
            ArrayNode array = array();
            entries.forEach(entry -> array.addObject()
                    .put("at", entry.at().toString())
                    .put("who", entry.who())
                    .put("action", entry.action())
                    .put("dag", entry.dag())
                    .put("run", DagText.json(entry.run()))
                    .put("task", entry.task().orElse(null))
                    .put("detail", entry.detail())
                    .put("why", entry.why()));
            say(array);
            return 0;
        }
        if (entries.isEmpty()) {
            say("Nothing was done by hand.");
            return 0;
        }
        Table table = new Table("AT", "WHO", "ACTION", "WORKFLOW", "RUN", "WHAT", "WHY");
        entries.forEach(entry -> table.row(
                DagText.text(entry.at()),
                entry.who(),
                entry.action(),
                entry.dag(),
                entry.run().map(UUID::toString).orElse("-"),
                DagText.brief((entry.task().map(task -> task + "  ").orElse("") + entry.detail()).strip()),
                entry.why()));
        table.print(out());
        return 0;
    }
}

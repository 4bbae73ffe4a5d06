package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.alert.rules.RuleDesk;
import io.caravan.alert.rules.RuleDesk.Row;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** {@code caravan alert rules list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the rules, for how many assets each fires now, and how often it has fired.")
public final class AlertRulesListCommand extends Subcommand {
    private final Supplier<RuleDesk> desk;

    public AlertRulesListCommand(Supplier<RuleDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        List<Row> rows = desk.get().list();
        if (isJson()) {
            ArrayNode array = array();
            rows.forEach(row -> array.addObject()
                    .put("rule", row.rule().name())
                    .put("file", row.file())
                    .put("dataset", row.rule().dataset())
                    .put("when", row.rule().when())
                    .put("severity", row.rule().severity().word())
                    .put("pending", row.pending())
                    .put("firing", row.firing())
                    .put("fired", row.fired())
                    .put("lastAt", row.lastAt().map(Instant::toString).orElse(null)));
            say(array);
        } else if (rows.isEmpty()) {
            say("No rules are in force. Write one: docs/stream-rules.md");
        } else {
            Table table = new Table("RULE", "DATASET", "SEVERITY", "PENDING", "FIRING", "FIRED", "LAST", "WHEN");
            rows.forEach(row -> table.row(
                    row.rule().name(),
                    row.rule().dataset(),
                    row.rule().severity().word(),
                    String.valueOf(row.pending()),
                    String.valueOf(row.firing()),
                    String.valueOf(row.fired()),
                    row.lastAt().map(DagText::text).orElse("-"),
                    row.rule().when().strip()));
            table.print(out());
        }
        return 0;
    }
}

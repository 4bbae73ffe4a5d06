package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.dag.engine.Backfill;
import io.caravan.dag.engine.BackfillDate;
import io.caravan.dag.engine.BackfillRepository;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan dag backfill show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows what a backfill does, or did, about each logical time, and why.")
public final class BackfillShowCommand extends DagSubcommand {
    private final DagDesk desk;

    @Mixin
    private BackfillName backfill = new BackfillName();

    public BackfillShowCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Backfill found = backfill.find(desk);
        List<BackfillDate> dates = new BackfillRepository(desk.database()).dates(found.id());
        if (isJson()) {
            ObjectNode root = BackfillText.json(found);
            ArrayNode array = root.putArray("dates");
            dates.forEach(date -> array.addObject()
                    .put("logicalTime", date.logicalTime().toString())
                    .put("state", date.state().name())
                    .put("reason", date.reason())
                    .put("run", DagText.json(Optional.ofNullable(date.run())))
                    .put("runState", DagText.json(date.runState())));
            say(root);
            return 0;
        }
        BackfillText.table(List.of(found)).print(out());
        say("");
        Table table = new Table("LOGICAL TIME", "STATE", "RUN", "WHY");
        dates.forEach(date -> table.row(
                DagText.text(date.logicalTime()),
                date.runState().map(DagText::word).orElse(DagText.word(date.state())),
                date.run() == null ? "-" : date.run().toString(),
                date.reason()));
        table.print(out());
        return 0;
    }
}

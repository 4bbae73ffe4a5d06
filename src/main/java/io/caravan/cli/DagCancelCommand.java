package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.dag.steering.RunListRepository.Row;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan dag cancel}: ends a run. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = {
            "Ends a run, and the runs that its tasks have started: no more tasks begin, what runs is interrupted.",
            "It can go on later: caravan dag restart."
        })
public final class DagCancelCommand extends DagSubcommand {
    private final DagDesk desk;

    @Mixin
    private RunName run = new RunName();

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public DagCancelCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Row found = run.find(desk);
        List<UUID> cancelled = desk.operations().cancel(author.operator(), found.id());
        if (isJson()) {
            ArrayNode runs = array();
            cancelled.forEach(id -> runs.add(id.toString()));
            say(object().set("cancelled", runs));
        } else {
            int children = cancelled.size() - 1;
            say("Run " + found.id() + " of " + found.dag() + " is cancelled"
                    + (children == 0 ? "" : ", with " + children + " that it started")
                    + "; it ends when what runs has let go.");
        }
        return 0;
    }
}

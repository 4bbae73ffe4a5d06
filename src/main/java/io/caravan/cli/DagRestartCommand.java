package io.caravan.cli;

import io.caravan.dag.engine.ClearedTask;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan dag restart}: lets a run go on where it failed. */
@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        description = {
            "Lets the same run go on where it failed or was stopped: what failed and what couldn't run is cleared.",
            "A new run instead: caravan dag replay."
        })
public final class DagRestartCommand extends DagSubcommand {
    private final DagDesk desk;

    @Mixin
    private RunName run = new RunName();

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public DagRestartCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        List<ClearedTask> cleared =
                desk.operations().restart(author.operator(), run.find(desk).id());
        if (isJson()) {
            say(DagText.json(cleared));
        } else {
            DagText.table(cleared).print(out());
            say(cleared.size() + " cleared; the run goes on.");
        }
        return 0;
    }
}

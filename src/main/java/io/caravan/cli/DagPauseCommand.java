package io.caravan.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code caravan dag pause}. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description =
                "Begins no more runs and tasks of a workflow; what runs goes on. Ticks meanwhile: as its catchup says.")
public final class DagPauseCommand extends DagSubcommand {
    private final DagDesk desk;

    @Parameters(paramLabel = "WORKFLOW", description = "Such as rides.")
    private String dag = "";

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public DagPauseCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        boolean changed = desk.operations().pause(author.operator(), dag);
        if (isJson()) {
            say(object().put("dag", dag).put("paused", true).put("changed", changed));
        } else {
            say("Workflow " + dag + (changed ? " is paused." : " was paused already."));
        }
        return 0;
    }
}

package io.caravan.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code caravan dag unpause}. */
@Command(
        name = "unpause",
        mixinStandardHelpOptions = true,
        description = "Goes on with a paused workflow; of the ticks meanwhile it runs those that its catchup says.")
public final class DagUnpauseCommand extends DagSubcommand {
    private final DagDesk desk;

    @Parameters(paramLabel = "WORKFLOW", description = "Such as rides.")
    private String dag = "";

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public DagUnpauseCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        boolean changed = desk.operations().unpause(author.operator(), dag);
        if (isJson()) {
            say(object().put("dag", dag).put("paused", false).put("changed", changed));
        } else {
            say("Workflow " + dag + (changed ? " goes on." : " was not paused."));
        }
        return 0;
    }
}

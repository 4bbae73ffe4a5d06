package io.caravan.cli;

import io.caravan.dag.engine.Backfill;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan dag backfill resume}. */
@Command(name = "resume", mixinStandardHelpOptions = true, description = "Makes runs again.")
public final class BackfillResumeCommand extends DagSubcommand {
    private final DagDesk desk;

    @Mixin
    private BackfillName backfill = new BackfillName();

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public BackfillResumeCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Backfill found = backfill.find(desk);
        boolean changed = desk.backfills().resume(author.operator(), found.id());
        if (isJson()) {
            say(object().put("backfill", found.id().toString()).put("changed", changed));
        } else {
            say("Backfill " + found.id() + " of " + found.dag() + (changed ? " goes on." : " was not paused."));
        }
        return 0;
    }
}

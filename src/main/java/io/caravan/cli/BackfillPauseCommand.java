package io.caravan.cli;

import io.caravan.dag.engine.Backfill;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan dag backfill pause}. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = "Makes no new runs for the time being; those in progress go on.")
public final class BackfillPauseCommand extends DagSubcommand {
    private final DagDesk desk;

    @Mixin
    private BackfillName backfill = new BackfillName();

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public BackfillPauseCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Backfill found = backfill.find(desk);
        boolean changed = desk.backfills().pause(author.operator(), found.id());
        if (isJson()) {
            say(object().put("backfill", found.id().toString()).put("changed", changed));
        } else {
            say("Backfill " + found.id() + " of " + found.dag() + (changed ? " is paused." : " was paused already."));
        }
        return 0;
    }
}

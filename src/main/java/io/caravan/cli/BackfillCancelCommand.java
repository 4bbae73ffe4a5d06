package io.caravan.cli;

import io.caravan.dag.engine.Backfill;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan dag backfill cancel}. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = "Makes no more runs, and cancels those that have not begun; those that run go on.")
public final class BackfillCancelCommand extends DagSubcommand {
    private final DagDesk desk;

    @Mixin
    private BackfillName backfill = new BackfillName();

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public BackfillCancelCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Backfill found = backfill.find(desk);
        desk.backfills().cancel(author.operator(), found.id());
        if (isJson()) {
            say(object().put("backfill", found.id().toString()));
        } else {
            say("Backfill " + found.id() + " of " + found.dag() + " is cancelled.");
        }
        return 0;
    }
}

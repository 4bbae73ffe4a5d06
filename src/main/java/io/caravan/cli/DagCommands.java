package io.caravan.cli;

import picocli.CommandLine;

/** {@code caravan dag} with all its subcommands. */
public final class DagCommands {
    private DagCommands() {}

    /** The command. {@code next} needs no database unless it is asked about a workflow. */
    public static CommandLine of(DagDesk desk, DagNextCommand next) {
        return new CommandLine(new DagCommand())
                .addSubcommand(new DagListCommand(desk))
                .addSubcommand(new DagShowCommand(desk))
                .addSubcommand(new DagTriggerCommand(desk))
                .addSubcommand(new DagRunsCommand(desk))
                .addSubcommand(new DagTasksCommand(desk))
                .addSubcommand(new DagLogsCommand(desk))
                .addSubcommand(new DagClearCommand(desk))
                .addSubcommand(new DagMarkCommand(desk))
                .addSubcommand(new DagRestartCommand(desk))
                .addSubcommand(new DagReplayCommand(desk))
                .addSubcommand(new DagCancelCommand(desk))
                .addSubcommand(new DagApproveCommand(desk))
                .addSubcommand(new DagPauseCommand(desk))
                .addSubcommand(new DagUnpauseCommand(desk))
                .addSubcommand(backfill(desk))
                .addSubcommand(new DagPoolsCommand(desk))
                .addSubcommand(new DagAuditCommand(desk))
                .addSubcommand(next)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static CommandLine backfill(DagDesk desk) {
        return new CommandLine(new DagBackfillCommand())
                .addSubcommand(new BackfillCreateCommand(desk))
                .addSubcommand(new BackfillListCommand(desk))
                .addSubcommand(new BackfillShowCommand(desk))
                .addSubcommand(new BackfillPauseCommand(desk))
                .addSubcommand(new BackfillResumeCommand(desk))
                .addSubcommand(new BackfillCancelCommand(desk));
    }
}

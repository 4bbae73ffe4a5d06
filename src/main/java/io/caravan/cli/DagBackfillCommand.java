package io.caravan.cli;

import picocli.CommandLine.Command;

/** {@code caravan dag backfill}: its subcommands run a workflow for a range of the past, one class each. */
@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Runs a workflow for a range of the past, at its own pace beside the schedule.")
public final class DagBackfillCommand {}

package io.caravan.cli;

import picocli.CommandLine.Command;

/** {@code caravan dag}: its subcommands show and steer workflows, one class each. */
@Command(
        name = "dag",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows workflows and their runs, and steers them.")
public final class DagCommand {}

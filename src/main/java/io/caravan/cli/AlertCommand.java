package io.caravan.cli;

import picocli.CommandLine.Command;

/** {@code caravan alert}: its subcommands show incidents and messages, and steer them, one class each. */
@Command(
        name = "alert",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows incidents and the messages about them, acknowledges, resolves and silences.")
public final class AlertCommand {}

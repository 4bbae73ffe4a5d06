package io.caravan.cli;

import picocli.CommandLine.Command;

/** {@code caravan fleet}: its subcommands show fleets and what is expected of them, one class each. */
@Command(
        name = "fleet",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows fleets: who is silent, why, and what is expected.")
public final class FleetCommand {}

package io.caravan.cli;

import picocli.CommandLine;

/** {@code caravan fleet} with the subcommands that show fleets as the watchdog sees them, and steer it. */
public final class FleetCommands {
    private FleetCommands() {}

    public static CommandLine of(FleetDesk desk) {
        return new CommandLine(new FleetCommand())
                .addSubcommand(new FleetListCommand(desk))
                .addSubcommand(new FleetShowCommand(desk))
                .addSubcommand(new FleetExplainCommand(desk))
                .addSubcommand(new FleetExpectCommand(desk))
                .addSubcommand(new FleetConfirmCommand(desk))
                .addSubcommand(new FleetRetireCommand(desk))
                .addSubcommand(new FleetAuditCommand(desk));
    }
}

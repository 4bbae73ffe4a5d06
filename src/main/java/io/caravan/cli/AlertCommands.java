package io.caravan.cli;

import io.caravan.alert.AlertDesk;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.rules.RuleDesk;
import io.caravan.alert.rules.RuleFiles;
import java.time.Clock;
import java.util.function.Supplier;
import picocli.CommandLine;

/** {@code caravan alert} with its subcommands, but for {@link AlertSilenceCommand}, which knows calendars. */
public final class AlertCommands {
    private AlertCommands() {}

    /**
     * The command.
     *
     * @param routing what config/alerts.yaml says; throws IllegalArgumentException with its mistake
     * @param desk opened when a command first asks
     * @param rules opened when a command first asks
     */
    public static CommandLine of(
            Supplier<AlertRouting> routing,
            Supplier<AlertDesk> desk,
            RuleFiles files,
            Supplier<RuleDesk> rules,
            Clock clock) {
        return new CommandLine(new AlertCommand())
                .addSubcommand(new AlertListCommand(desk))
                .addSubcommand(new AlertShowCommand(desk))
                .addSubcommand(new AlertAckCommand(desk))
                .addSubcommand(new AlertResolveCommand(desk))
                .addSubcommand(new AlertSilencesCommand(desk))
                .addSubcommand(new AlertUnsilenceCommand(desk))
                .addSubcommand(new AlertRouteCommand(routing, clock))
                .addSubcommand(new AlertSendCommand(desk))
                .addSubcommand(new AlertDeliveriesCommand(desk))
                .addSubcommand(new AlertResendCommand(desk))
                .addSubcommand(new CommandLine(new AlertRulesCommand())
                        .addSubcommand(new AlertRulesListCommand(rules))
                        .addSubcommand(new AlertRulesTestCommand(files)));
    }
}

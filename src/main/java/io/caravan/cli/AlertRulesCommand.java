package io.caravan.cli;

import picocli.CommandLine.Command;

/** {@code caravan alert rules}: its subcommands show stream rules and try them out. */
@Command(
        name = "rules",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Lists the stream rules of config/rules, and tries them out on a file of records.")
public final class AlertRulesCommand {}

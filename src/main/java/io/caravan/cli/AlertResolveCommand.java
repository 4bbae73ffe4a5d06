package io.caravan.cli;

import io.caravan.alert.AlertDesk;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan alert resolve}. */
@Command(
        name = "resolve",
        mixinStandardHelpOptions = true,
        description = "Ends an incident; those who know of it are told.")
public final class AlertResolveCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;

    @Parameters(paramLabel = "INCIDENT", description = "Its number, as list shows it.")
    private long number;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who does it, for the audit trail. Default: the user of this system (${DEFAULT-VALUE}).")
    private String by = "";

    public AlertResolveCommand(Supplier<AlertDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        boolean ended = desk.get().incidents().resolve(number, by);
        if (isJson()) {
            say(object().put("incident", number).put("resolved", ended));
        } else {
            say("Incident " + number + (ended ? " is resolved." : " is not open. See: caravan alert show " + number));
        }
        return ended ? 0 : 1;
    }
}

package io.caravan.cli;

import io.caravan.alert.AlertDesk;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan alert ack}. */
@Command(
        name = "ack",
        mixinStandardHelpOptions = true,
        description = "Takes care of an incident: nobody else is called, and it is not told again.")
public final class AlertAckCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;

    @Parameters(paramLabel = "INCIDENT", description = "Its number, as list shows it.")
    private long number;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who does it, for the audit trail. Default: the user of this system (${DEFAULT-VALUE}).")
    private String by = "";

    public AlertAckCommand(Supplier<AlertDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        boolean taken = desk.get().incidents().acknowledge(number, by);
        if (isJson()) {
            say(object().put("incident", number).put("acknowledged", taken));
        } else {
            say("Incident " + number
                    + (taken
                            ? " is acknowledged by " + by + "."
                            : " can't be acknowledged: it is so already, is resolved, or doesn't exist. See: caravan alert show "
                                    + number));
        }
        return taken ? 0 : 1;
    }
}

package io.caravan.cli;

import io.caravan.alert.AlertDesk;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan alert ack}. */
@Command(
        name = "ack",
        mixinStandardHelpOptions = true,
        description = "Takes care of an incident: nobody else is called, and it is not told again.")
public final class AlertAckCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;

    @Mixin
    private IncidentNumber named = new IncidentNumber();

    @Mixin
    private ByOption author = new ByOption();

    public AlertAckCommand(Supplier<AlertDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        boolean taken = desk.get().incidents().acknowledge(named.number(), author.by());
        if (isJson()) {
            say(object().put("incident", named.number()).put("acknowledged", taken));
        } else {
            say("Incident " + named.number()
                    + (taken
                            ? " is acknowledged by " + author.by() + "."
                            : " can't be acknowledged: it is so already, is resolved, or doesn't exist. See: caravan alert show "
                                    + named.number()));
        }
        return taken ? 0 : 1;
    }
}

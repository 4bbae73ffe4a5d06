package io.caravan.cli;

import io.caravan.alert.AlertDesk;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan alert resolve}. */
@Command(
        name = "resolve",
        mixinStandardHelpOptions = true,
        description = "Ends an incident; those who know of it are told.")
public final class AlertResolveCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;

    @Mixin
    private IncidentNumber named = new IncidentNumber();

    @Mixin
    private ByOption author = new ByOption();

    public AlertResolveCommand(Supplier<AlertDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        boolean ended = desk.get().incidents().resolve(named.number(), author.by());
        if (isJson()) {
            say(object().put("incident", named.number()).put("resolved", ended));
        } else {
            say("Incident " + named.number()
                    + (ended ? " is resolved." : " is not open. See: caravan alert show " + named.number()));
        }
        return ended ? 0 : 1;
    }
}

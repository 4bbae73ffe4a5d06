package io.caravan.cli;

import io.caravan.alert.AlertDesk;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code caravan alert resend}. */
@Command(name = "resend", mixinStandardHelpOptions = true, description = "Sends dead letters again.")
public final class AlertResendCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;

    @Option(names = "--receiver", paramLabel = "NAME", description = "Only those to this receiver.")
    private @Nullable String receiver;

    public AlertResendCommand(Supplier<AlertDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        int sent = desk.get().resend(Optional.ofNullable(receiver));
        if (isJson()) {
            say(object().put("queued", sent));
        } else {
            say(sent + " dead letters are queued again.");
        }
        return 0;
    }
}

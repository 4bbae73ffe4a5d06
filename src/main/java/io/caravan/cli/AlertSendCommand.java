package io.caravan.cli;

import io.caravan.alert.AlertDesk;
import java.util.UUID;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code caravan alert send}. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = "Sends a test message to a receiver, by the running service.")
public final class AlertSendCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;

    @Option(names = "--test", required = true, paramLabel = "RECEIVER", description = "Such as chat-ops.")
    private String receiver = "";

    public AlertSendCommand(Supplier<AlertDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        UUID id = desk.get().test(receiver);
        if (isJson()) {
            say(object().put("delivery", id.toString()));
        } else {
            say("A test message to " + receiver
                    + " is queued; the running service sends it. See: caravan alert deliveries");
        }
        return 0;
    }
}

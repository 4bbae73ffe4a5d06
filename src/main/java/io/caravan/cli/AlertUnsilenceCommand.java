package io.caravan.cli;

import io.caravan.alert.AlertDesk;
import io.caravan.alert.Silence;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code caravan alert unsilence}. */
@Command(
        name = "unsilence",
        mixinStandardHelpOptions = true,
        description = "Ends a silence before its time; what it held and is still open is told.")
public final class AlertUnsilenceCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;

    @Parameters(paramLabel = "SILENCE", description = "Its number, as silences shows it.")
    private long number;

    @Mixin
    private ByOption author = new ByOption();

    public AlertUnsilenceCommand(Supplier<AlertDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Optional<Silence> ended = desk.get().incidents().unsilence(number, author.by());
        if (isJson()) {
            say(object().put("silence", number).put("ended", ended.isPresent()));
        } else {
            say(ended.map(silence -> "Silence " + number + " (" + silence.matchers() + ") is over.")
                    .orElse("There is no silence " + number + " that holds. See: caravan alert silences"));
        }
        return ended.isPresent() ? 0 : 1;
    }
}

package io.caravan.cli;

import io.caravan.alert.AlertDesk;
import io.caravan.alert.routing.Matchers;
import io.caravan.calendar.Durations;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan alert silence}. */
@Command(
        name = "silence",
        mixinStandardHelpOptions = true,
        description = "Tells nobody of alerts that match, for a while; what is still open then is told at the end.")
public final class AlertSilenceCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;
    private final Clock clock;

    @Parameters(
            paramLabel = "CONDITION",
            arity = "1..*",
            description = "Such as provider=acme or fleet=~\"acme/.*\"; all must hold.")
    private List<String> conditions = List.of();

    @Option(names = "--for", required = true, paramLabel = "TIME", description = "How long, such as 1h or 2d.")
    private String time = "";

    @Option(names = "--why", required = true, paramLabel = "REASON", description = "Why, for those who wonder.")
    private String why = "";

    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who does it, for the audit trail. Default: the user of this system (${DEFAULT-VALUE}).")
    private String by = "";

    public AlertSilenceCommand(Supplier<AlertDesk> desk, Clock clock) {
        this.desk = desk;
        this.clock = clock;
    }

    @Override
    int run() {
        Duration length = Durations.parse(time)
                .filter(duration -> !duration.isNegative() && !duration.isZero())
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + time + "' is no time; write it such as 30m, 1h or 2d"));
        Instant from = clock.instant();
        Instant until = from.plus(length);
        long silence = desk.get().incidents().silence(Matchers.parse(conditions), from, until, by, why);
        if (isJson()) {
            say(object().put("silence", silence).put("until", until.toString()));
        } else {
            say("Silence " + silence + " holds until " + until.truncatedTo(ChronoUnit.SECONDS) + ".");
        }
        return 0;
    }
}

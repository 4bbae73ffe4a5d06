package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.AlertRouting.Destination;
import io.caravan.alert.routing.Receiver;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code caravan alert route}. */
@Command(
        name = "route",
        mixinStandardHelpOptions = true,
        description = "Shows where an alert with these labels would go now, when, and why.")
public final class AlertRouteCommand extends Subcommand {
    private final Supplier<AlertRouting> routing;
    private final Clock clock;

    @Option(
            names = "--label",
            required = true,
            paramLabel = "NAME=VALUE",
            description = "Such as severity=critical. May be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    public AlertRouteCommand(Supplier<AlertRouting> routing, Clock clock) {
        this.routing = routing;
        this.clock = clock;
    }

    @Override
    int run() {
        AlertRouting now = routing.get();
        List<Destination> destinations = now.destinations(labels, clock.instant());
        if (isJson()) {
            ArrayNode array = array();
            destinations.forEach(destination -> {
                ObjectNode node = array.addObject().put("why", destination.why());
                ArrayNode receivers = node.putArray("receivers");
                destination.receivers().forEach(receiver -> receivers.add(receiver.name()));
                ObjectNode group = node.putObject("group");
                destination.group().forEach(group::put);
                node.put("groupWaitSeconds", destination.timing().groupWait().toSeconds());
                node.put("digest", destination.timing().digest().orElse(null));
            });
            say(array);
            return 0;
        }
        now.tree()
                .explain(labels)
                .forEach(step -> say("  ".repeat(step.depth())
                        + (step.node().path().isEmpty() ? "route" : step.node().path())
                        + " (" + step.node().matchers() + "): " + step.answer()));
        say("");
        if (destinations.isEmpty()) {
            say("Nobody would be told.");
        }
        destinations.forEach(destination -> say(tell(destination)));
        return 0;
    }

    private String tell(Destination destination) {
        String who = destination.receivers().stream()
                .map(receiver -> receiver.name() + quiet(receiver))
                .collect(Collectors.joining(", "));
        String when = destination
                .timing()
                .digest()
                .map(cron -> "in the digest (" + cron + ")")
                .orElseGet(() -> destination.timing().groupWait().isZero()
                        ? "at once"
                        : "after " + destination.timing().groupWait().toSeconds() + " s");
        String then = destination.escalations().stream()
                .map(step ->
                        "; unacknowledged after " + step.after().toMinutes() + " min: " + String.join(", ", step.to()))
                .collect(Collectors.joining());
        return who + " " + when + ", by " + destination.why() + then;
    }

    private String quiet(Receiver receiver) {
        boolean passes = "critical".equalsIgnoreCase(labels.getOrDefault("severity", ""));
        return receiver.quietHours()
                .filter(quiet -> !passes && quiet.isQuiet(clock.instant()))
                .map(quiet -> " (quiet until " + quiet.endFrom(clock.instant()) + ")")
                .orElse("");
    }
}

package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.DeliveryListRepository.Row;
import io.caravan.alert.Line;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code caravan alert deliveries}. */
@Command(
        name = "deliveries",
        mixinStandardHelpOptions = true,
        description =
                "Names channels that fail, rest or have stopped, and lists messages and how they fared, the newest first.")
public final class AlertDeliveriesCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;

    @Option(names = "--failed", description = "Only dead letters.")
    private boolean failed;

    @Option(names = "--receiver", paramLabel = "NAME", description = "Only those to this receiver.")
    private @Nullable String receiver;

    @Option(names = "--limit", defaultValue = "50", description = "At most so many. Default: ${DEFAULT-VALUE}.")
    private int limit;

    public AlertDeliveriesCommand(Supplier<AlertDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        List<Row> rows = desk.get().deliveries(failed, Optional.ofNullable(receiver), limit);
        if (isJson()) {
            ArrayNode array = array();
            rows.forEach(row -> array.addObject()
                    .put("id", row.id().toString())
                    .put("receiver", row.receiver())
                    .put("channel", row.channel())
                    .put("severity", row.severity().word())
                    .put("kind", row.kind().name())
                    .put("state", row.state().name())
                    .put("summary", row.summary())
                    .put("signalAt", row.signalAt().toString())
                    .put("dueAt", row.dueAt().toString())
                    .put("sentAt", row.sentAt().map(Instant::toString).orElse(null))
                    .put("deliveredAt", row.deliveredAt().map(Instant::toString).orElse(null))
                    .put("readAt", row.readAt().map(Instant::toString).orElse(null))
                    .put("tries", row.tries())
                    .put("error", row.error().orElse(null)));
            say(array);
            return 0;
        }
        desk.get().lines().forEach(line -> say(text(line)));
        if (rows.isEmpty()) {
            say(failed ? "No dead letters." : "No messages.");
            return 0;
        }
        Table table = new Table("AT", "RECEIVER", "KIND", "SEVERITY", "STATE", "TRIES", "SUMMARY", "ERROR");
        rows.forEach(row -> table.row(
                row.sentAt().orElse(row.dueAt()).truncatedTo(ChronoUnit.SECONDS).toString(),
                row.receiver(),
                row.kind().name().toLowerCase(Locale.ROOT),
                row.severity().word(),
                row.state().name().toLowerCase(Locale.ROOT),
                String.valueOf(row.tries()),
                row.summary(),
                row.error().orElse("")));
        table.print(out());
        return 0;
    }

    private static String text(Line line) {
        String place = line.channel() + (line.address().isEmpty() ? "" : " to " + line.address());
        String error = line.error().map(why -> ": " + why).orElse("");
        return switch (line.state()) {
            case STOPPED -> place + " has stopped" + error + ". Mend it, then: caravan alert send --test <receiver>";
            case RESTING ->
                place + " rests"
                        + line.until()
                                .map(until -> " until " + until.truncatedTo(ChronoUnit.SECONDS))
                                .orElse("") + " after " + line.failures() + " failures" + error;
            case WORKING ->
                line.movedTo()
                        .map(to -> place + " has moved to " + to + "; write that into config/alerts.yaml")
                        .orElse(place + " has failed " + line.failures() + " times" + error);
        };
    }
}

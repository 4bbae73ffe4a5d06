package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.alert.AlertDesk;
import io.caravan.alert.Silence;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** {@code caravan alert silences}. */
@Command(
        name = "silences",
        mixinStandardHelpOptions = true,
        description = "Lists the silences that hold or will hold. Maintenance is planned in config/alerts.yaml.")
public final class AlertSilencesCommand extends Subcommand {
    private final Supplier<AlertDesk> desk;

    public AlertSilencesCommand(Supplier<AlertDesk> desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        List<Silence> silences = desk.get().incidents().silences();
        if (isJson()) {
            ArrayNode array = array();
            silences.forEach(silence -> array.add(silence.json()));
            say(array);
        } else if (silences.isEmpty()) {
            say("No silences.");
        } else {
            Table table = new Table("SILENCE", "FROM", "UNTIL", "BY", "CONDITIONS", "WHY");
            silences.forEach(silence -> table.row(
                    String.valueOf(silence.id()),
                    silence.from().truncatedTo(ChronoUnit.SECONDS).toString(),
                    silence.until().truncatedTo(ChronoUnit.SECONDS).toString(),
                    silence.who(),
                    silence.matchers().toString(),
                    silence.why()));
            table.print(out());
        }
        return 0;
    }
}

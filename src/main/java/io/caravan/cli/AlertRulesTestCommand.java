package io.caravan.cli;

import io.caravan.alert.rules.DryRun;
import io.caravan.alert.rules.RecordReading;
import io.caravan.alert.rules.Rule;
import io.caravan.alert.rules.RuleFiles;
import io.caravan.alert.rules.condition.Fields;
import io.caravan.batch.BadPageException;
import io.caravan.batch.ReaderOptions;
import io.caravan.batch.RecordReader;
import io.caravan.batch.RecordTime;
import io.caravan.calendar.Moments;
import io.caravan.routes.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code caravan alert rules test}. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lets the records of a file meet the rules, and tells what would fire and end, by the records' own time.",
            "Nothing is raised and nothing is kept: for tuning a rule before it is switched on."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the records were judged",
            "1:rules or file can't be read; the message says why",
            "2:wrong usage"
        })
public final class AlertRulesTestCommand extends Subcommand {
    /** Of the past any record may be. */
    private static final Duration ANY_AGE = Duration.ofDays(36_500);

    private final RuleFiles files;

    @Option(
            names = "--file",
            required = true,
            paramLabel = "FILE",
            description = "Records, one JSON object a line (*.ndjson), or rows under headings (*.csv).")
    private Path file = Path.of("");

    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "NAME",
            description = "Which rules they meet, as in the route's step alert:rules?dataset=...")
    private String dataset = "";

    @Option(
            names = "--asset",
            required = true,
            paramLabel = "POINTER",
            description = "Where a record names its asset, such as /car_id.")
    private String asset = "";

    @Option(
            names = "--time",
            paramLabel = "POINTER",
            description = "Where a record bears its time, such as /rtc_time. Without it all happen now.")
    private @Nullable String time;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            defaultValue = "UTC",
            description = "Of times that name none. Default: ${DEFAULT-VALUE}.")
    private String zone = "UTC";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Show at most so many events; all are counted. Default: ${DEFAULT-VALUE}.")
    private int limit = 100;

    private final Map<String, Long> fired = new TreeMap<>();
    private final Map<String, Long> ended = new TreeMap<>();
    private long told;

    public AlertRulesTestCommand(RuleFiles files) {
        this.files = files;
    }

    @Override
    int run() {
        List<Problem> problems = files.problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.get(0).toString());
        }
        Fields fields = new Fields();
        RecordReading reading = new RecordReading(
                dataset,
                fields.named(asset),
                Optional.ofNullable(time).map(fields::named),
                new RecordTime(Moments.zone(zone), RecordTime.Unit.auto),
                ANY_AGE,
                ANY_AGE);
        DryRun dryRun = new DryRun(files.current(), reading, new Teller());
        judge(dryRun);
        summarise(dryRun.summary());
        return 0;
    }

    private void judge(DryRun dryRun) {
        try (InputStream in = Files.newInputStream(file);
                RecordReader reader = file.toString().endsWith(".csv")
                        ? RecordReader.csv(in, "file:" + file, ReaderOptions.DEFAULT)
                        : RecordReader.ndjson(in, "file:" + file, ReaderOptions.DEFAULT)) {
            while (reader.hasNext()) {
                dryRun.judge(reader.next());
            }
        } catch (IOException | UncheckedIOException | BadPageException e) {
            throw new IllegalArgumentException("The records of " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    private void summarise(DryRun.Summary summary) {
        if (isJson()) {
            return;
        }
        say("");
        say("%,d records judged, %,d without asset or time, %,d late"
                .formatted(summary.records(), summary.unread(), summary.late()));
        Table table = new Table("RULE", "FIRED", "ENDED", "AT THE END", "NOT JUDGED");
        files.current().all().stream()
                .filter(rule -> rule.dataset().equals(dataset))
                .forEach(rule -> table.row(
                        rule.name(),
                        String.valueOf(fired.getOrDefault(rule.name(), 0L)),
                        String.valueOf(ended.getOrDefault(rule.name(), 0L)),
                        summary.standing().getOrDefault(rule.name(), "-"),
                        String.valueOf(summary.unjudged().getOrDefault(rule.name(), 0L))));
        table.print(out());
        new TreeMap<>(summary.firstFault()).forEach((what, why) -> say(what + ": " + why));
    }

    /** One line, or one JSON object, each. */
    private final class Teller implements DryRun.Listener {
        @Override
        public void fires(Instant at, Rule rule, String about, String summary) {
            fired.merge(rule.name(), 1L, Long::sum);
            tell(at, "fires", rule, about, rule.severity().word() + ": " + summary);
        }

        @Override
        public void ends(Instant at, Rule rule, String about, String why) {
            ended.merge(rule.name(), 1L, Long::sum);
            tell(at, "ends", rule, about, why);
        }

        private void tell(Instant at, String what, Rule rule, String about, String words) {
            told++;
            if (isJson()) {
                say(object().put("at", at.toString())
                        .put("event", what)
                        .put("rule", rule.name())
                        .put("asset", about)
                        .put("text", words)
                        .toString());
            } else if (told <= limit) {
                say("%s  %-5s  %s  %s  %s".formatted(at, what, rule.name(), about, words));
            } else if (told == limit + 1L) {
                say("... more; see --limit");
            }
        }
    }
}

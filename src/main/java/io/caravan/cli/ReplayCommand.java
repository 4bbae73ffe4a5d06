package io.caravan.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.database.Database;
import io.caravan.load.LoadEvents;
import io.caravan.load.LoadException;
import io.caravan.load.LoadOptionsOfTable;
import io.caravan.load.Reason;
import io.caravan.load.RejectStatus;
import io.caravan.load.RejectedRecord;
import io.caravan.load.RejectedRecords;
import io.caravan.load.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caravan replay}: looks at what tables could not take, mends it, and loads it again; likewise whole batches. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Loads again what was rejected, or whole batches as they were received, through the mapping that the routes have now.",
            "Safe to repeat: what is in the table already is left alone."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, nothing is left rejected",
            "1:some were rejected again, or not found",
            "2:an option makes no sense, or the database can't be reached"
        },
        footer = {
            "",
            "Example: caravan replay list telematics.packet --since 2h",
            "         caravan replay fix 9001 mended.json",
            "         caravan replay rejects telematics.packet --since 2h"
        })
public final class ReplayCommand {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SHOWN_MESSAGE = 120;

    private final Supplier<Database> database;
    private final Clock clock;
    private final LoadEvents events;
    private final LoadOptionsOfTable options;

    @Spec
    private @Nullable CommandSpec spec;

    /**
     * @param database opened when a subcommand needs it
     * @param options how the routes load a table now
     */
    public ReplayCommand(Supplier<Database> database, Clock clock, LoadEvents events, LoadOptionsOfTable options) {
        this.database = database;
        this.clock = clock;
        this.events = events;
        this.options = options;
    }

    @Command(name = "rejects", mixinStandardHelpOptions = true, description = "Loads a table's open rejects again.")
    int rejects(
            @Parameters(paramLabel = "TABLE", description = "schema.table") String table,
            @Option(
                            names = "--since",
                            paramLabel = "WHEN",
                            description = "Only those rejected since: 2h, 7d, a date or an instant. Default: all.")
                    @Nullable
                    String since,
            @Option(names = "--reason", description = "Only those of this reason: ${COMPLETION-CANDIDATES}.") @Nullable
                    Reason reason,
            @Option(names = "--dry-run", description = "Try, tell what would happen, and undo it.") boolean dryRun,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        return told(() -> print(replay().rejects(table, instant(since), reason, dryRun), dryRun, json));
    }

    @Command(
            name = "batches",
            mixinStandardHelpOptions = true,
            description = "Loads whole batches again as they were received (kept unless the route says keepRaw=false).")
    int batches(
            @Parameters(paramLabel = "TABLE", description = "schema.table") String table,
            @Option(
                            names = "--since",
                            paramLabel = "WHEN",
                            description = "Only batches loaded since: 2h, 7d, a date or an instant. Default: all.")
                    @Nullable
                    String since,
            @Option(names = "--dry-run", description = "Try, tell what would happen, and undo it.") boolean dryRun,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        return told(() -> print(replay().batches(table, instant(since), dryRun), dryRun, json));
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists rejects, oldest first.")
    int list(
            @Parameters(paramLabel = "TABLE", arity = "0..1", description = "schema.table; default: all") @Nullable
                    String table,
            @Option(
                            names = "--since",
                            paramLabel = "WHEN",
                            description = "Only those rejected since: 2h, 7d, a date or an instant. Default: all.")
                    @Nullable
                    String since,
            @Option(names = "--reason", description = "Only those of this reason: ${COMPLETION-CANDIDATES}.") @Nullable
                    Reason reason,
            @Option(
                            names = "--status",
                            defaultValue = "open",
                            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
                    RejectStatus status,
            @Option(
                            names = "--limit",
                            defaultValue = "100",
                            description = "At most so many. Default: ${DEFAULT-VALUE}.")
                    int limit,
            @Option(names = "--json", description = "Print one JSON object a line, with the whole record.")
                    boolean json) {
        return told(() -> {
            List<RejectedRecord> found =
                    rejected().list(new RejectedRecords.Filter(table, instant(since), reason, status, limit));
            found.forEach(reject -> out().println(json ? asJson(reject) : asLine(reject)));
            if (found.isEmpty() && !json) {
                out().println("No " + status + " rejects.");
            }
            return 0;
        });
    }

    @Command(
            name = "fix",
            mixinStandardHelpOptions = true,
            description =
                    "Puts a record mended by hand in the place of a rejected one; the original is kept. Replay it then.")
    int fix(
            @Parameters(paramLabel = "ID", description = "As replay list shows it.") long id,
            @Parameters(paramLabel = "FILE", description = "The mended record: one JSON object.") Path file) {
        return told(() -> {
            if (!rejected().fix(id, read(file))) {
                err().println("caravan: No open reject has the id " + id
                        + "; nothing was changed. See: caravan replay list");
                return 1;
            }
            out().println("Reject " + id + " is mended. Load it: caravan replay rejects "
                    + rejected().find(id).map(RejectedRecord::table).orElse("TABLE"));
            return 0;
        });
    }

    @Command(
            name = "discard",
            mixinStandardHelpOptions = true,
            description = "Marks rejects as not wanted; they are no longer replayed.")
    int discard(
            @Parameters(paramLabel = "ID", arity = "1..*", description = "As replay list shows them.") List<Long> ids) {
        return told(() -> {
            int discarded = rejected().discard(ids);
            out().println(discarded + " of " + ids.size() + " discarded");
            return discarded == ids.size() ? 0 : 1;
        });
    }

    private RejectedRecords rejected() {
        return new RejectedRecords(database);
    }

    private Replay replay() {
        return new Replay(database, clock, events, options);
    }

    private int print(Replay.Result result, boolean dryRun, boolean json) {
        if (json) {
            out().println(JSON.createObjectNode()
                    .put("records", result.records())
                    .put("loaded", result.loaded())
                    .put("duplicate", result.duplicate())
                    .put("rejected", result.rejected())
                    .put("dryRun", dryRun));
        } else {
            out().printf(
                            Locale.ROOT,
                            "%s%d records: %d loaded, %d were there already, %d rejected again%n",
                            dryRun ? "Dry run, undone: " : "",
                            result.records(),
                            result.loaded(),
                            result.duplicate(),
                            result.rejected());
        }
        return result.rejected() == 0 ? 0 : 1;
    }

    private static String asLine(RejectedRecord reject) {
        String message = reject.message();
        String shown = message.length() > SHOWN_MESSAGE ? message.substring(0, SHOWN_MESSAGE) + "…" : message;
        return "%d  %s  %s  %s  %s".formatted(reject.id(), reject.at(), reject.table(), reject.reason(), shown);
    }

    private static ObjectNode asJson(RejectedRecord reject) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", reject.id())
                .put("at", reject.at().toString())
                .put("table", reject.table())
                .put("reason", reject.reason().name())
                .put("column", reject.column())
                .put("message", reject.message())
                .put("batch", reject.batch().toString())
                .put("source", reject.source())
                .put("run", reject.run())
                .put("status", reject.status().name())
                .put("raw", reject.rawText());
        return reject.fixed() == null
                ? json
                : json.put("fixed", new String(reject.current(), java.nio.charset.StandardCharsets.UTF_8));
    }

    private static byte[] read(Path file) {
        try {
            byte[] record = Files.readAllBytes(file);
            JSON.readTree(record);
            return record;
        } catch (IOException e) {
            throw new LoadException(file + " is no JSON that can be read, nothing was changed: " + e.getMessage());
        }
    }

    /** 90m, 2h, 7d before now; a date is its begin in UTC. */
    private Instant instant(@Nullable String text) {
        if (text == null) {
            return Instant.EPOCH;
        }
        try {
            if (text.matches("[0-9]+[smhd]")) {
                String iso = text.endsWith("d") ? "P" + text : "PT" + text;
                return clock.instant().minus(Duration.parse(iso.toUpperCase(Locale.ROOT)));
            }
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new ParameterException(
                    spec().commandLine(),
                    "--since is '" + text
                            + "'. Give 90m, 2h, 7d, a date (2026-03-01) or an instant (2026-03-01T12:00:00Z).",
                    e);
        }
    }

    private interface Work {
        int run();
    }

    private int told(Work work) {
        try {
            return work.run();
        } catch (LoadException e) {
            err().println("caravan: " + e.getMessage());
            return 1;
        }
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not set up this command");
        }
        return spec;
    }

    private PrintWriter out() {
        return spec().commandLine().getOut();
    }

    private PrintWriter err() {
        return spec().commandLine().getErr();
    }
}

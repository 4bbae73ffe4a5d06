package io.caravan.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.database.Database;
import io.caravan.poll.StreamRepository;
import io.caravan.poll.StreamRepository.Standing;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caravan poll}: how the streams stand, and going on after an operator has mended what halted one. */
@Command(
        name = "poll",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows the streams of the providers, and resumes one that waits.")
public final class PollCommand {
    private final Supplier<Database> database;

    @Spec
    private @Nullable CommandSpec spec;

    /**
     * @param database opened when a subcommand needs it
     */
    public PollCommand(Supplier<Database> database) {
        this.database = database;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the streams and how they stand.")
    int list(@Option(names = "--json", description = "Print a JSON array.") boolean json) {
        List<Standing> standings = new StreamRepository(database.get()).standings();
        if (json) {
            out().println(json(standings).toPrettyString());
            return 0;
        }
        Table table = new Table("stream", "polled by", "last page", "newest record", "failures", "state");
        for (Standing standing : standings) {
            table.row(
                    standing.provider() + "/" + standing.stream(),
                    standing.owner().orElse("nobody"),
                    text(standing.lastPageAt()),
                    text(standing.newestRecordAt()),
                    String.valueOf(standing.failures()),
                    state(standing));
        }
        table.print(out());
        return 0;
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description = "Lets a stream that halted, or waits after failures, go on at once where it stands.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:it goes on", "1:none was halted or waiting"})
    int resume(
            @Parameters(
                            paramLabel = "PROVIDER[/STREAM]",
                            description = "Such as acme, for all its streams, or acme/packets.")
                    String name) {
        int slash = name.indexOf('/');
        String provider = slash < 0 ? name : name.substring(0, slash);
        int resumed =
                new StreamRepository(database.get()).resume(provider, slash < 0 ? null : name.substring(slash + 1));
        out().println(
                        resumed == 0
                                ? "No stream of " + name + " is halted or waiting. See: caravan poll list"
                                : resumed + " stream(s) of " + name + " go on.");
        return resumed == 0 ? 1 : 0;
    }

    private static String state(Standing standing) {
        return standing.haltedReason()
                .map(reason -> "halted: " + reason)
                .or(() -> standing.lastError().filter(error -> standing.failures() > 0))
                .orElse("ok");
    }

    private static String text(Optional<Instant> at) {
        return at.map(Instant::toString).orElse("never");
    }

    private static ArrayNode json(List<Standing> standings) {
        ArrayNode array = JsonMapper.builder().build().createArrayNode();
        for (Standing standing : standings) {
            array.addObject()
                    .put("provider", standing.provider())
                    .put("stream", standing.stream())
                    .put("owner", standing.owner().orElse(null))
                    .put(
                            "lastPageAt",
                            standing.lastPageAt().map(Instant::toString).orElse(null))
                    .put(
                            "newestRecordAt",
                            standing.newestRecordAt().map(Instant::toString).orElse(null))
                    .put("failures", standing.failures())
                    .put("lastError", standing.lastError().orElse(null))
                    .put("haltedAt", standing.haltedAt().map(Instant::toString).orElse(null))
                    .put("haltedReason", standing.haltedReason().orElse(null));
        }
        return array;
    }

    private PrintWriter out() {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("picocli sets the command before it runs");
        }
        return command.commandLine().getOut();
    }
}

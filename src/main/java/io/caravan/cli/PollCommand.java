package io.caravan.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.database.Database;
import io.caravan.poll.Action;
import io.caravan.poll.ActionReport;
import io.caravan.poll.ProbeResult;
import io.caravan.poll.ProviderActions;
import io.caravan.poll.ProviderRepository;
import io.caravan.poll.ProviderRepository.Overview;
import io.caravan.poll.StreamRepository;
import io.caravan.poll.StreamRepository.Standing;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caravan poll}: how providers and their streams stand, and what one can do about those in trouble. */
@Command(
        name = "poll",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows providers and their streams, and what one can do when one is in trouble.")
public final class PollCommand {
    private static final String PROVIDER = "Such as acme.";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
            name = "providers",
            mixinStandardHelpOptions = true,
            description = "Lists the providers: the credential in use, refusals in a row, what holds calls back.")
    int providers(@Option(names = "--json", description = "Print a JSON array.") boolean json) {
        List<Overview> overview = new ProviderRepository(database.get()).overview();
        if (json) {
            out().println(providersJson(overview).toPrettyString());
            return 0;
        }
        Table table = new Table("provider", "credential", "refused in a row", "last accepted", "state");
        for (Overview provider : overview) {
            table.row(
                    provider.name(),
                    provider.credential() + " of "
                            + Math.max(1, provider.credentials().size()),
                    String.valueOf(provider.refusals()),
                    text(provider.lastAccepted()),
                    state(provider));
        }
        table.print(out());
        return 0;
    }

    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description =
                    "Makes no calls to a provider until it is resumed: to save money, or so that no account is locked. Nothing is lost, its streams stay where they are.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:it is paused", "1:it was already, or no node has polled it yet"})
    int pause(
            @Parameters(paramLabel = "PROVIDER", description = PROVIDER) String provider, @Mixin AuthorOptions author) {
        return act(provider, Action.PAUSE, author);
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description =
                    "Lets what was paused, halted or waits after failures go on at once where it stands, and catch up.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:it goes on", "1:none was paused, halted or waiting"})
    int resume(
            @Parameters(
                            paramLabel = "PROVIDER[/STREAM]",
                            description = "Such as acme, for the provider and all its streams, or acme/packets.")
                    String name,
            @Mixin AuthorOptions author) {
        int slash = name.indexOf('/');
        if (slash < 0) {
            return act(name, Action.RESUME, author);
        }
        int resumed = new StreamRepository(database.get()).resume(name.substring(0, slash), name.substring(slash + 1));
        out().println(
                        resumed == 0
                                ? "Stream " + name + " is neither halted nor waiting. See: caravan poll list"
                                : "Stream " + name + " goes on.");
        return resumed == 0 ? 1 : 0;
    }

    @Command(
            name = "switch",
            mixinStandardHelpOptions = true,
            description = "Uses the other credential of a provider from now on, on all nodes.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:it is in use", "1:there is no other"})
    int change(
            @Parameters(paramLabel = "PROVIDER", description = PROVIDER) String provider, @Mixin AuthorOptions author) {
        return act(provider, Action.SWITCH_CREDENTIAL, author);
    }

    @Command(
            name = "refresh",
            mixinStandardHelpOptions = true,
            description = "Has all nodes fetch fresh access tokens of a provider (auth: oauth2).",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:they will with their next call", "1:no node has polled it yet"})
    int refresh(
            @Parameters(paramLabel = "PROVIDER", description = PROVIDER) String provider, @Mixin AuthorOptions author) {
        return act(provider, Action.REFRESH_TOKEN, author);
    }

    @Command(
            name = "probe",
            mixinStandardHelpOptions = true,
            description =
                    "Has the running service try now whether a provider accepts its credentials, also while it is paused.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:all are accepted", "1:one is refused, or no service answered in time"})
    int probe(@Parameters(paramLabel = "PROVIDER", description = PROVIDER) String provider, @Mixin AuthorOptions author)
            throws InterruptedException {
        try {
            List<ProbeResult> results = new ProviderActions(database.get())
                    .probe(provider, author.operator().name(), PATIENCE);
            results.forEach(result -> out().println("Credential '" + result.credential() + "': "
                    + (result.accepted() ? "accepted" : result.error())));
            if (results.isEmpty()) {
                out().println("No service answered within " + PATIENCE.toSeconds() + " s. Is one running?");
            }
            return !results.isEmpty() && results.stream().allMatch(ProbeResult::accepted) ? 0 : 1;
        } catch (IllegalArgumentException e) {
            out().println(e.getMessage());
            return 1;
        }
    }

    private int act(String provider, Action action, AuthorOptions author) {
        ActionReport report = new ProviderActions(database.get())
                .act(
                        provider,
                        action,
                        author.operator().name(),
                        author.operator().why());
        out().println(report.sentence());
        return report.done() ? 0 : 1;
    }

    private static String state(Overview provider) {
        return provider.paused()
                .map(who -> "paused " + who)
                .or(() -> provider.heldUntil().map(until -> "no calls before " + until))
                .or(() -> provider.probes().map(refused -> "when tried, " + refused))
                .orElse("ok");
    }

    private static ArrayNode providersJson(List<Overview> overview) {
        ArrayNode array = JsonMapper.builder().build().createArrayNode();
        for (Overview provider : overview) {
            ObjectNode object = array.addObject()
                    .put("provider", provider.name())
                    .put("credential", provider.credential())
                    .put("refusals", provider.refusals())
                    .put("paused", provider.paused().orElse(null))
                    .put(
                            "heldUntil",
                            provider.heldUntil().map(Instant::toString).orElse(null))
                    .put(
                            "lastAccepted",
                            provider.lastAccepted().map(Instant::toString).orElse(null))
                    .put("probes", provider.probes().orElse(null));
            ArrayNode names = object.putArray("credentials");
            provider.credentials().forEach(names::add);
        }
        return array;
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

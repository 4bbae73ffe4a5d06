package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.dag.steering.PoolRepository;
import io.caravan.dag.steering.PoolRepository.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan dag pools}: who shares slots, and how many. */
@Command(
        name = "pools",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the pools and how many of their slots are in use; with --slots gives a pool so many.",
            "A pool that a file defines gets the file's number again when that is saved; a restart keeps what was set."
        })
public final class DagPoolsCommand extends DagSubcommand {
    private final DagDesk desk;

    @Parameters(arity = "0..1", paramLabel = "POOL", description = "Which pool's slots to set.")
    private @Nullable String pool;

    @Option(names = "--slots", paramLabel = "N", description = "How many; -1 for no limit. Tasks that hold more go on.")
    private @Nullable Integer slots;

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public DagPoolsCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        if ((pool == null) != (slots == null)) {
            throw misused("Give a POOL and its --slots, or neither to list the pools.");
        }
        if (pool != null && slots != null) {
            desk.operations().setSlots(author.operator(), pool, slots);
        }
        List<Standing> pools = new PoolRepository(desk.database()).list();
        if (isJson()) {
            ArrayNode array = array();
            pools.forEach(each -> array.addObject()
                    .put("pool", each.name())
                    .put("slots", each.slots())
                    .put("used", each.used())
                    .put("waiting", each.waiting())
                    .put("description", each.description()));
            say(array);
        } else if (pools.isEmpty()) {
            say("No pools.");
        } else {
            Table table = new Table("POOL", "SLOTS", "USED", "WAITING", "DESCRIPTION");
            pools.forEach(each -> table.row(
                    each.name(),
                    each.slots() < 0 ? "no limit" : String.valueOf(each.slots()),
                    String.valueOf(each.used()),
                    String.valueOf(each.waiting()),
                    each.description()));
            table.print(out());
        }
        return 0;
    }
}

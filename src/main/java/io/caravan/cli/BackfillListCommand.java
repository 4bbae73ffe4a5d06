package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.dag.engine.Backfill;
import io.caravan.dag.engine.BackfillRepository;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code caravan dag backfill list}. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists backfills, the newest first.")
public final class BackfillListCommand extends DagSubcommand {
    private static final int MOST = 50;

    private final DagDesk desk;

    @Parameters(arity = "0..1", paramLabel = "WORKFLOW", description = "Such as rides. Default: all.")
    private @Nullable String dag;

    public BackfillListCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        List<Backfill> backfills = new BackfillRepository(desk.database()).list(dag == null ? "" : dag, MOST);
        if (isJson()) {
            ArrayNode array = array();
            backfills.forEach(each -> array.add(BackfillText.json(each)));
            say(array);
        } else if (backfills.isEmpty()) {
            say("No backfills.");
        } else {
            BackfillText.table(backfills).print(out());
        }
        return 0;
    }
}

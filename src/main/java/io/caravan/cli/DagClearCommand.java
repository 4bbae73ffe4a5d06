package io.caravan.cli;

import io.caravan.calendar.Moments;
import io.caravan.dag.engine.ClearedTask;
import io.caravan.dag.engine.TaskSelection;
import io.caravan.dag.steering.RunListRepository;
import io.caravan.dag.steering.RunListRepository.Row;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code caravan dag clear}: lets tasks run again. */
@Command(
        name = "clear",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lets tasks of a run, or of all runs in a range of logical times, run again in the same run.",
            "Their tries are forgiven; what runs is stopped first. Setups and teardowns around them run again, too."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:cleared, or listed", "1:there was nothing to clear, or it can't be", "2:wrong usage"},
        footer = {"", "Example: caravan dag clear rides latest -t stage --downstream --dry-run"})
public final class DagClearCommand extends DagSubcommand {
    private static final int MOST = 10_000;
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

    private final DagDesk desk;

    @Mixin
    private RunName run = new RunName();

    @Mixin
    private TaskOptions tasks = new TaskOptions();

    @Option(names = "--downstream", description = "And all that comes after them.")
    private boolean downstream;

    @Option(names = "--upstream", description = "And all that they come after.")
    private boolean upstream;

    @Option(
            names = "--failed",
            description = "Only what failed, couldn't run since something failed, or was stopped with its run.")
    private boolean failed;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Instead of RUN: of all runs from this logical time on,")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "up to this one, both included.")
    private @Nullable String to;

    @Option(names = "--dry-run", description = "Only list what would be cleared.")
    private boolean dryRun;

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public DagClearCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        List<UUID> runs = from == null && to == null
                ? List.of(run.find(desk).id())
                : range().stream().map(Row::id).toList();
        TaskSelection selection = tasks.selection(upstream, downstream);
        List<ClearedTask> cleared = dryRun
                ? desk.operations().planClear(runs, selection, failed)
                : desk.operations().clear(author.operator(), runs, selection, failed);
        if (isJson()) {
            say(object().put("dryRun", dryRun).set("tasks", DagText.json(cleared)));
        } else if (cleared.isEmpty()) {
            say("Nothing to clear.");
        } else {
            DagText.table(cleared).print(out());
            say(cleared.size() + (dryRun ? " would be cleared." : " cleared."));
        }
        return cleared.isEmpty() ? 1 : 0;
    }

    private List<Row> range() {
        String dag = run.workflow(desk);
        List<Row> rows = new RunListRepository(desk.database())
                .list(dag, List.of(), moment(dag, from, FIRST), moment(dag, to, LAST), MOST + 1);
        if (rows.size() > MOST) {
            throw misused("That are more than " + MOST + " runs; make the range shorter.");
        }
        return rows;
    }

    private Instant moment(String dag, @Nullable String text, Instant otherwise) {
        try {
            return text == null ? otherwise : Moments.parse(text, desk.zone(dag));
        } catch (IllegalArgumentException e) {
            throw misused(String.valueOf(e.getMessage()));
        }
    }
}

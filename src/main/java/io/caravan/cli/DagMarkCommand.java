package io.caravan.cli;

import io.caravan.dag.run.TaskKey;
import io.caravan.dag.steering.RunListRepository;
import io.caravan.dag.steering.RunListRepository.Row;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code caravan dag mark}: says how tasks or a run have ended. */
@Command(
        name = "mark",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Says that tasks, or without -t the whole run, have succeeded or failed; what of it runs is stopped.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:marked", "1:they were so already, or it can't be", "2:wrong usage"},
        footer = {"", "Example: caravan dag mark rides latest -t stage --success --downstream --why \"loaded by hand\""
        })
public final class DagMarkCommand extends DagSubcommand {
    private final DagDesk desk;

    @Mixin
    private RunName run = new RunName();

    @ArgGroup(multiplicity = "1")
    private Outcome outcome = new Outcome();

    /** One of the two. */
    static final class Outcome {
        @Option(names = "--success", description = "As successful.")
        boolean success;

        @Option(names = "--failed", description = "As failed.")
        boolean failed;
    }

    @Mixin
    private TaskOptions tasks = new TaskOptions();

    @Option(
            names = "--downstream",
            description = "Clear what comes after them and failed, or couldn't run, so that it runs.")
    private boolean downstream;

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public DagMarkCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Row found = run.find(desk);
        List<TaskKey> marked = List.of();
        if (tasks.names().isEmpty()) {
            desk.operations().markRun(author.operator(), found.id(), outcome.success);
        } else {
            marked = desk.operations()
                    .markTasks(
                            author.operator(), found.id(), tasks.selection(false, false), outcome.success, downstream);
            if (marked.isEmpty()) {
                say("They were so already, or have not begun; nothing was changed.");
                return 1;
            }
        }
        Row after = new RunListRepository(desk.database()).find(found.id()).orElseThrow();
        if (isJson()) {
            say(DagText.json(after, desk.now()));
        } else {
            String what = marked.stream().map(TaskKey::toString).collect(Collectors.joining(", "));
            say("Marked " + (outcome.success ? "successful: " : "failed: ")
                    + (what.isEmpty() ? "run " + found.id() : what) + ". The run is " + DagText.state(after) + ".");
        }
        return 0;
    }
}

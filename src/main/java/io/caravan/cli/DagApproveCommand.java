package io.caravan.cli;

import io.caravan.dag.run.TaskKey;
import io.caravan.dag.steering.RunListRepository.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code caravan dag approve}: answers a task that waits for somebody's yes or no. */
@Command(
        name = "approve",
        mixinStandardHelpOptions = true,
        description = "Says yes, or with --reject no, to a task that waits for an approval.",
        footer = {"", "Example: caravan dag approve rides latest -t release --why \"counts checked\""})
public final class DagApproveCommand extends DagSubcommand {
    private final DagDesk desk;

    @Mixin
    private RunName run = new RunName();

    @Option(
            names = {"-t", "--task"},
            paramLabel = "TASK",
            defaultValue = "",
            description = "Such as release. Default: the only one that waits.")
    private String task = "";

    @Option(names = "--reject", description = "Say no: the task fails, or is skipped if it says softFail.")
    private boolean reject;

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public DagApproveCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Row found = run.find(desk);
        TaskKey answered = desk.operations().answer(author.operator(), found.id(), task, !reject);
        if (isJson()) {
            say(object().put("run", found.id().toString())
                    .put("task", answered.toString())
                    .put("approved", !reject));
        } else {
            say((reject ? "Rejected: " : "Approved: ") + answered + " of run " + found.id() + " (" + found.dag()
                    + ").");
        }
        return 0;
    }
}

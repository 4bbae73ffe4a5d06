package io.caravan.cli;

import io.caravan.dag.engine.TaskSelection;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which tasks of a run are meant. */
final class TaskOptions {
    @Option(
            names = {"-t", "--task"},
            paramLabel = "TASK",
            description =
                    "Such as stage, import-* or fetch[3], one instance of a mapped task; may be repeated. Default: all.")
    private List<String> tasks = new ArrayList<>();

    List<String> names() {
        return tasks;
    }

    TaskSelection selection(boolean upstream, boolean downstream) {
        return new TaskSelection(tasks, upstream, downstream);
    }
}

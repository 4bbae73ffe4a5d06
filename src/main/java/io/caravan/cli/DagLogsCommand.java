package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.dag.LogLinesRepository;
import io.caravan.dag.LogLinesRepository.Piece;
import io.caravan.dag.RunListRepository.Row;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code caravan dag logs}: what tasks have logged. */
@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description =
                "Prints the log lines that were kept of a run's tasks; of the workflow's latest run where none is named.")
public final class DagLogsCommand extends DagSubcommand {
    private final DagDesk desk;

    @Mixin
    private RunName run = new RunName();

    @Option(
            names = {"-t", "--task"},
            paramLabel = "TASK",
            defaultValue = "",
            description = "Such as stage, or fetch[3] for one instance of a mapped task. Default: all.")
    private String task = "";

    @Option(names = "--attempt", paramLabel = "N", defaultValue = "0", description = "Of this try. Default: of all.")
    private int attempt;

    public DagLogsCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Row found = run.orLatest(desk);
        List<Piece> pieces = new LogLinesRepository(desk.database())
                .read(found.id(), attempt).stream().filter(this::isMeant).toList();
        if (isJson()) {
            ArrayNode array = array();
            pieces.forEach(piece -> array.addObject()
                    .put("task", piece.key().task())
                    .put(
                            "mapIndex",
                            piece.key().mapIndex() < 0 ? null : piece.key().mapIndex())
                    .put("attempt", piece.attempt())
                    .put("at", piece.at().toString())
                    .put("lines", piece.lines()));
            say(array);
            return 0;
        }
        if (pieces.isEmpty()) {
            say("No lines were kept of " + (task.isEmpty() ? "tasks" : "task " + task) + " of run " + found.id() + ".");
            return 0;
        }
        String heading = "";
        for (Piece piece : pieces) {
            String now = "-- " + piece.key() + ", try " + piece.attempt();
            if (!now.equals(heading)) {
                heading = now;
                say(heading);
            }
            say(piece.lines().stripTrailing());
        }
        return 0;
    }

    private boolean isMeant(Piece piece) {
        return task.isEmpty()
                || piece.key().task().equals(task)
                || piece.key().toString().equals(task);
    }
}

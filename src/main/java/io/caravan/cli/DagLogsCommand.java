package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.steering.LogLinesRepository;
import io.caravan.dag.steering.LogLinesRepository.Piece;
import io.caravan.dag.steering.RunListRepository.Row;
import java.util.List;
import java.util.function.Predicate;
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

    @Mixin
    private TaskOptions tasks = new TaskOptions();

    @Option(names = "--attempt", paramLabel = "N", defaultValue = "0", description = "Of this try. Default: of all.")
    private int attempt;

    public DagLogsCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Row found = run.orLatest(desk);
        Predicate<TaskKey> isMeant = desk.definitions()
                .find(found.dag(), found.version())
                .map(tasks.selection(false, false)::keys)
                .orElse(key -> true);
        List<Piece> pieces = new LogLinesRepository(desk.database())
                .read(found.id(), attempt).stream()
                        .filter(piece -> isMeant.test(piece.key()))
                        .toList();
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
            String what = tasks.names().isEmpty() ? "tasks" : "task " + String.join(", ", tasks.names());
            say("No lines were kept of " + what + " of run " + found.id() + ".");
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
}

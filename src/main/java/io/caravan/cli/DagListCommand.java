package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.dag.ImportErrorRepository;
import io.caravan.dag.RefusedFile;
import io.caravan.dag.RefusedFileRepository;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions.Current;
import io.caravan.dag.schedule.Tick;
import io.caravan.dag.steering.WorkflowListRepository;
import io.caravan.dag.steering.WorkflowListRepository.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code caravan dag list}: the workflows, when they run next and how they stand. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the workflows: their schedule, when they run next, and how their latest run ended.")
public final class DagListCommand extends DagSubcommand {
    private final DagDesk desk;

    @Option(names = "--all", description = "Also those that no file defines any more.")
    private boolean all;

    public DagListCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        List<Row> rows = new WorkflowListRepository(desk.database())
                .list().stream().filter(row -> all || row.active()).toList();
        List<ImportErrorRepository.Row> errors = new ImportErrorRepository(desk.database()).list();
        List<RefusedFile> refused = new RefusedFileRepository(desk.database()).list();
        if (isJson()) {
            say(json(rows, errors, refused));
            return 0;
        }
        if (rows.isEmpty() && errors.isEmpty() && refused.isEmpty()) {
            say("No workflows. They are recorded when a service loads their files: caravan run");
            return 0;
        }
        Table table = new Table("WORKFLOW", "SCHEDULE", "NEXT RUN", "STATE", "RUNNING", "QUEUED", "LATEST", "MISSED");
        for (Row row : rows) {
            Optional<DagDefinition> definition =
                    desk.definitions().current(row.dag()).map(Current::definition);
            table.row(
                    row.dag(),
                    definition.map(DagSchedule::text).orElse("-"),
                    DagText.text(next(row).map(Tick::dueAt)),
                    state(row),
                    String.valueOf(row.running()),
                    String.valueOf(row.queued()),
                    row.lastRun()
                            .map(last -> DagText.word(last.state()) + " " + DagText.text(last.logicalTime()))
                            .orElse("-"),
                    row.missed() == 0 ? "-" : String.valueOf(row.missed()));
        }
        if (!rows.isEmpty()) {
            table.print(out());
            desk.tellUnlessServed(this::say);
        }
        errors.forEach(error -> tell(error, rows));
        refused.forEach(this::tell);
        return 0;
    }

    private void tell(ImportErrorRepository.Row error, List<Row> rows) {
        boolean goesOn = rows.stream().anyMatch(row -> row.dag().equals(error.dag()));
        say("");
        say(error.dag() + " can't be as its files say since " + DagText.text(error.since())
                + (goesOn ? "; its last good version goes on:" : ", so it does not run:"));
        error.mistakes().lines().forEach(line -> say("  " + line));
    }

    private void tell(RefusedFile file) {
        say("");
        say(file.file() + " can't be loaded since " + DagText.text(file.since())
                + (file.runs() ? "; its last good version goes on:" : ", so nothing of it runs:"));
        file.problems().forEach(line -> say("  " + line));
    }

    private Optional<Tick> next(Row row) {
        Instant now = desk.now();
        return row.active() && !row.paused()
                ? desk.definitions()
                        .current(row.dag())
                        .flatMap(current -> desk.timing(current.definition()))
                        .flatMap(timetable -> timetable.next(now))
                : Optional.empty();
    }

    private static String state(Row row) {
        if (!row.active()) {
            return "gone";
        }
        return row.paused() ? "paused" : "on";
    }

    private ArrayNode json(List<Row> rows, List<ImportErrorRepository.Row> errors, List<RefusedFile> refused) {
        Map<String, String> mistakes = new TreeMap<>();
        errors.forEach(error -> mistakes.put(error.dag(), error.mistakes()));
        ArrayNode array = array();
        rows.forEach(row -> array.add(json(row).put("importError", mistakes.remove(row.dag()))));
        mistakes.forEach((dag, what) ->
                array.addObject().put("dag", dag).put("active", false).put("importError", what));
        refused.forEach(file -> array.addObject()
                .putNull("dag")
                .put("file", file.file())
                .put("active", file.runs())
                .put("importError", String.join("\n", file.problems())));
        return array;
    }

    private ObjectNode json(Row row) {
        ObjectNode node = object().put("dag", row.dag())
                .put("version", row.version())
                .put("active", row.active())
                .put("paused", row.paused())
                .put(
                        "schedule",
                        desk.definitions()
                                .current(row.dag())
                                .map(current -> DagSchedule.text(current.definition()))
                                .orElse(null))
                .put("nextRunAt", DagText.json(next(row).map(Tick::dueAt)))
                .put("running", row.running())
                .put("queued", row.queued())
                .put("missed", row.missed());
        ObjectNode last = object();
        row.lastRun()
                .ifPresent(run -> last.put("run", run.id().toString())
                        .put("state", run.state().name())
                        .put("logicalTime", run.logicalTime().toString()));
        node.set("lastRun", row.lastRun().isPresent() ? last : null);
        return node;
    }
}

package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.calendar.Durations;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.steering.RunListRepository.Row;
import io.caravan.dag.steering.TaskListRepository;
import io.caravan.dag.steering.TaskListRepository.Attempt;
import io.caravan.dag.steering.TaskListRepository.Awaited;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code caravan dag tasks}: how the tasks of a run stand. */
@Command(
        name = "tasks",
        mixinStandardHelpOptions = true,
        description = "Shows the tasks of a run, by default of the workflow's latest: states, tries, durations, notes.")
public final class DagTasksCommand extends DagSubcommand {
    private final DagDesk desk;

    @Mixin
    private RunName run = new RunName();

    @Option(names = "--attempts", description = "Earlier tries as well.")
    private boolean attempts;

    public DagTasksCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Row found = run.orLatest(desk);
        TaskListRepository repository = new TaskListRepository(desk.database());
        List<TaskListRepository.Row> tasks = inOrder(found, repository.tasks(found.id()));
        List<Attempt> earlier = attempts || isJson() ? repository.attempts(found.id()) : List.of();
        Instant now = desk.now();
        if (isJson()) {
            say(json(found, tasks, earlier, now));
            return 0;
        }
        say(found.dag() + " " + DagText.text(found.logicalTime()) + "  run " + found.id() + "  "
                + DagText.state(found)
                + found.took(now).map(took -> " after " + Durations.text(took)).orElse("")
                + "  version " + found.version()
                + found.note().map(note -> "  (" + note + ")").orElse(""));
        if (tasks.isEmpty()) {
            say("It has not begun.");
            return 0;
        }
        Table table = new Table("TASK", "STATE", "TRIES", "STARTED", "TOOK", "NODE", "NOTE");
        for (TaskListRepository.Row task : tasks) {
            for (Attempt each : of(task, earlier)) {
                table.row(
                        "  " + task.key(),
                        each.state().toLowerCase(java.util.Locale.ROOT),
                        String.valueOf(each.attempt()),
                        DagText.text(each.startedAt()),
                        Durations.text(each.took()),
                        each.node(),
                        each.error().map(DagText::brief).orElse(""));
            }
            table.row(
                    task.key().toString(),
                    DagText.word(task.state()),
                    String.valueOf(task.attempt()),
                    DagText.text(task.startedAt()),
                    task.took(now).map(Durations::text).orElse("-"),
                    task.node().orElse("-"),
                    note(found, task));
        }
        table.print(out());
        return 0;
    }

    /** What the state doesn't say: why it failed or was left out, and what it waits for. */
    private static String note(Row run, TaskListRepository.Row task) {
        String told = DagText.brief(task.error().or(task::note).orElse(""));
        String waits = switch (task.state()) {
            case UP_FOR_RETRY -> "tried again at " + DagText.text(task.readyAt());
            case UP_FOR_RESCHEDULE -> "asked again at " + DagText.text(task.readyAt());
            case READY ->
                "waits for its turn"
                        + task.pool().map(pool -> ", or for a slot of " + pool).orElse("");
            case AWAITING -> task.awaits().map(awaited -> waits(run, awaited)).orElse("");
            default -> "";
        };
        return told.isEmpty() || waits.isEmpty() ? told + waits : told + "; " + waits;
    }

    private static String waits(Row run, Awaited awaited) {
        String what = awaited.run()
                .map(id -> "waits for the end of run " + id)
                .or(() -> awaited.dag()
                        .map(dag -> "waits for the run of " + dag + " at " + DagText.text(awaited.logicalTime())))
                .orElse("waits for approval: caravan dag approve " + run.id());
        return what
                + awaited.until().map(until -> ", until " + DagText.text(until)).orElse("");
    }

    private static @Nullable ObjectNode json(Optional<Awaited> awaits) {
        return awaits.map(awaited -> object().put("run", DagText.json(awaited.run()))
                        .put("dag", DagText.json(awaited.dag()))
                        .put("logicalTime", DagText.json(awaited.logicalTime()))
                        .put("until", DagText.json(awaited.until())))
                .orElse(null);
    }

    /** As the workflow has them, from upstream to downstream. */
    private List<TaskListRepository.Row> inOrder(Row run, List<TaskListRepository.Row> tasks) {
        List<String> order =
                desk.definitions().find(run.dag(), run.version()).map(DagDefinition::tasks).orElse(List.of()).stream()
                        .map(TaskDefinition::id)
                        .toList();
        List<TaskListRepository.Row> sorted = new ArrayList<>(tasks);
        sorted.sort(Comparator.comparingInt(task -> order.indexOf(task.key().task())));
        return sorted;
    }

    private static List<Attempt> of(TaskListRepository.Row task, List<Attempt> attempts) {
        return attempts.stream().filter(each -> each.key().equals(task.key())).toList();
    }

    private static ObjectNode json(Row run, List<TaskListRepository.Row> tasks, List<Attempt> earlier, Instant now) {
        ObjectNode root = DagText.json(run, now);
        ArrayNode array = root.putArray("tasks");
        for (TaskListRepository.Row task : tasks) {
            ObjectNode node = array.addObject()
                    .put("task", task.key().task())
                    .put(
                            "mapIndex",
                            task.key().mapIndex() < 0 ? null : task.key().mapIndex())
                    .put("state", task.state().name())
                    .put("attempt", task.attempt())
                    .put("readyAt", DagText.json(task.readyAt()))
                    .put("startedAt", DagText.json(task.startedAt()))
                    .put("endedAt", DagText.json(task.endedAt()))
                    .put("millis", task.took(now).map(Duration::toMillis).orElse(null))
                    .put("pool", task.pool().orElse(null))
                    .put("node", task.node().orElse(null))
                    .put("error", task.error().orElse(null))
                    .put("note", task.note().orElse(null));
            node.set("output", DagText.parsed(task.output()));
            node.set("item", DagText.parsed(task.item()));
            node.set("awaits", json(task.awaits()));
            ArrayNode tries = node.putArray("attempts");
            for (Attempt each : of(task, earlier)) {
                tries.addObject()
                        .put("attempt", each.attempt())
                        .put("state", each.state())
                        .put("node", each.node())
                        .put("startedAt", each.startedAt().toString())
                        .put("endedAt", each.endedAt().toString())
                        .put("error", each.error().orElse(null));
            }
        }
        return root;
    }
}

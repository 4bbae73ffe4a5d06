package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.calendar.Durations;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions.Current;
import io.caravan.dag.definition.Param;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.schedule.Tick;
import io.caravan.dag.steering.WorkflowListRepository;
import io.caravan.dag.steering.WorkflowListRepository.Row;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan dag show}: what a workflow is made of. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows a workflow: its tasks and what they come after, its params, its limits, its source.")
public final class DagShowCommand extends DagSubcommand {
    private final DagDesk desk;

    @Parameters(paramLabel = "WORKFLOW", description = "Such as rides.")
    private String dag = "";

    @Option(names = "--version", paramLabel = "N", description = "An earlier version. Default: the newest.")
    private @Nullable Integer version;

    @Option(names = "--source", description = "Print the YAML that it was made of instead.")
    private boolean source;

    public DagShowCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        Current current = version == null
                ? desk.workflow(dag)
                : new Current(version, desk.definitions().find(dag, version).orElseThrow(this::noVersion));
        WorkflowListRepository workflows = new WorkflowListRepository(desk.database());
        if (source) {
            say(workflows
                    .source(dag, current.version())
                    .orElseThrow(this::noVersion)
                    .text()
                    .stripTrailing());
            return 0;
        }
        Row row = workflows.find(dag).orElseThrow(this::noVersion);
        if (isJson()) {
            say(json(current, row));
        } else {
            print(current, row, workflows);
        }
        return 0;
    }

    private RefusedException noVersion() {
        return new RefusedException("Workflow '" + dag + "' has no version "
                + (version == null ? OptionalInt.empty() : version) + "; its newest is "
                + desk.workflow(dag).version() + ".");
    }

    private void print(Current current, Row row, WorkflowListRepository workflows) {
        DagDefinition definition = current.definition();
        say(dag + (definition.description().isEmpty() ? "" : ": " + definition.description()));
        workflows
                .source(dag, current.version())
                .ifPresent(made -> say("version   " + current.version() + " of " + DagText.text(made.createdAt())
                        + ", recorded by " + made.createdBy()));
        say("schedule  " + DagSchedule.text(definition));
        say("next run  " + DagText.text(next(definition).map(Tick::dueAt)) + (row.paused() ? " (paused)" : ""));
        say("limits    " + definition.maxActiveRuns() + " runs at once"
                + (definition.maxActiveTasks() > 0 ? ", " + definition.maxActiveTasks() + " tasks at once" : "")
                + definition
                        .timeout()
                        .map(limit -> ", a run may take " + Durations.text(limit))
                        .orElse("")
                + definition
                        .deadline()
                        .map(limit -> ", deadline after " + Durations.text(limit))
                        .orElse(""));
        if (!definition.owner().isEmpty()) {
            say("owner     " + definition.owner());
        }
        if (!definition.tags().isEmpty()) {
            say("tags      " + String.join(", ", definition.tags()));
        }
        for (Param param : definition.params()) {
            say("param     " + param.name() + " (" + param.type() + (param.required() ? ", required" : "") + ")"
                    + (param.defaultValue() == null ? "" : " = " + param.defaultValue())
                    + (param.description().isEmpty() ? "" : ": " + param.description()));
        }
        say("");
        Table table = new Table("TASK", "KIND", "AFTER", "WHEN", "POOL", "RETRIES", "ROUTE");
        for (TaskDefinition task : definition.tasks()) {
            table.row(
                    task.id() + (task.isMapped() ? "[…]" : ""),
                    DagText.word(task.kind()),
                    task.after().isEmpty() ? "-" : String.join(", ", task.after()),
                    task.after().isEmpty() ? "-" : task.when().name(),
                    task.pool()
                            .map(pool -> pool + (task.slots() > 1 ? " x" + task.slots() : ""))
                            .orElse("-"),
                    task.retries().limit() == 0
                            ? "-"
                            : task.retries().limit() + " after "
                                    + Durations.text(task.retries().delay()),
                    task.route().isEmpty() ? "-" : task.route());
        }
        table.print(out());
    }

    private Optional<Tick> next(DagDefinition definition) {
        return desk.timing(definition).flatMap(timetable -> timetable.next(desk.now()));
    }

    private ObjectNode json(Current current, Row row) {
        DagDefinition definition = current.definition();
        ObjectNode node = object().put("dag", dag)
                .put("version", current.version())
                .put("description", definition.description())
                .put("owner", definition.owner())
                .put("active", row.active())
                .put("paused", row.paused())
                .put("schedule", DagSchedule.text(definition))
                .put("nextRunAt", DagText.json(next(definition).map(Tick::dueAt)))
                .put("maxActiveRuns", definition.maxActiveRuns())
                .put("maxActiveTasks", definition.maxActiveTasks());
        definition.tags().forEach(node.putArray("tags")::add);
        ArrayNode params = node.putArray("params");
        for (Param param : definition.params()) {
            params.addObject()
                    .put("name", param.name())
                    .put("type", param.type())
                    .put("required", param.required())
                    .set("default", param.defaultValue());
        }
        ArrayNode tasks = node.putArray("tasks");
        for (TaskDefinition task : definition.tasks()) {
            ObjectNode one = tasks.addObject()
                    .put("task", task.id())
                    .put("kind", task.kind().name())
                    .put("when", task.when().name())
                    .put("mapped", task.isMapped())
                    .put("pool", task.pool().orElse(null))
                    .put("slots", task.slots())
                    .put("retries", task.retries().limit())
                    .put("route", task.route());
            List.copyOf(task.after()).forEach(one.putArray("after")::add);
        }
        return node;
    }
}

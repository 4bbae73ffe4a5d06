package io.caravan.dag.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.batch.LogContext;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.ForEach;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.engine.TaskRepository.Output;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.TaskFailure;
import io.caravan.dag.run.TaskResult;
import io.caravan.database.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Does the work of one claim on the calling thread: finds the items of a mapped task, or runs the task's route. Whatever goes wrong is a result. */
public final class TaskExecution {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ROUTE_ABSENT = Duration.ofSeconds(2);

    private final Definitions definitions;
    private final TaskRunners runners;
    private final ItemRepository items;
    private final WorkflowRepository workflows;
    private final Outputs outputs;

    /** What the tasks of a run have given. */
    public interface Outputs {
        List<Output> of(UUID run);

        default List<Output> of(UUID run, String task) {
            return of(run).stream().filter(each -> each.task().equals(task)).toList();
        }
    }

    TaskExecution(Database database, Definitions definitions, TaskRunners runners) {
        this(database, definitions, runners, recorded(new TaskRepository(database)));
    }

    public TaskExecution(Database database, Definitions definitions, TaskRunners runners, Outputs outputs) {
        this.definitions = definitions;
        this.runners = runners;
        this.items = new ItemRepository(database);
        this.workflows = new WorkflowRepository(database);
        this.outputs = outputs;
    }

    private static Outputs recorded(TaskRepository tasks) {
        return new Outputs() {
            @Override
            public List<Output> of(UUID run) {
                return tasks.outputs(run);
            }

            @Override
            public List<Output> of(UUID run, String task) {
                return tasks.outputs(run, task);
            }
        };
    }

    public TaskResult run(Claim claim) {
        LogContext context = LogContext.enter()
                .run(claim.run().id().toString())
                .task(claim.run().dag(), claim.key().toString(), claim.attempt());
        try {
            Optional<TaskDefinition> task = definitions
                    .find(claim.run().dag(), claim.run().version())
                    .flatMap(dag -> dag.task(claim.key().task()));
            return task.isPresent()
                    ? run(claim, task.get())
                    : new TaskResult.HandedBack("version " + claim.run().version() + " can't be read", ROUTE_ABSENT);
        } catch (Exception | LinkageError | AssertionError e) {
            return TaskFailure.of(e);
        } finally {
            context.leave();
        }
    }

    private TaskResult run(Claim claim, TaskDefinition task) {
        boolean unexpanded = claim.key().mapIndex() < 0
                && task.mappedBy().filter(task.id()::equals).isPresent();
        if (task.kind() == TaskKind.EXPAND || unexpanded) {
            return expand(claim, task.forEach().orElseThrow());
        }
        Optional<TaskRunner> runner = runners.find(claim.run().dag(), task.id());
        if (runner.isEmpty()) {
            return absent(claim, task);
        }
        return runner.get().run(claim, task, task.after().isEmpty() ? Map.of() : outputs(claim));
    }

    /** A route that is being reloaded comes back; one that the newest version of the workflow lacks doesn't, nor do those of a workflow that no process has. */
    private TaskResult absent(Claim claim, TaskDefinition task) {
        if (workflows.isGone(claim.run().dag())) {
            return new TaskResult.Refused(
                    "no file defines workflow '" + claim.run().dag()
                            + "' any more, so nobody can run this task. When the file is back, the run can go on: caravan dag restart "
                            + claim.run().dag() + " " + claim.run().id());
        }
        boolean gone = definitions
                .current(claim.run().dag())
                .filter(current -> current.definition().task(task.id()).isEmpty())
                .isPresent();
        return gone
                ? new TaskResult.Gone("the run goes by version " + claim.run().version()
                        + " of the workflow, but the route of this task is no longer there")
                : new TaskResult.HandedBack(
                        "no route from: dag:" + claim.run().dag() + "/" + task.id() + " is here", ROUTE_ABSENT);
    }

    private TaskResult expand(Claim claim, ForEach forEach) {
        List<JsonNode> list = forEach.sql() != null
                ? items.of(forEach.sql(), claim.run(), forEach.limit() + 1)
                : items(String.valueOf(forEach.task()), outputs(claim));
        if (list.size() > forEach.limit()) {
            return TaskFailure.of(new IllegalArgumentException("The list has more than " + forEach.limit()
                    + " items, so none was begun. Make it shorter, or raise forEachLimit."));
        }
        return new TaskResult.Expanded(list);
    }

    /** An array's elements; of an object an item {@code {key, value}} for each member. */
    private static List<JsonNode> items(String task, Map<String, JsonNode> outputs) {
        JsonNode output = outputs.get(task);
        List<JsonNode> list = new ArrayList<>();
        if (output == null || output.isNull()) {
            return list;
        }
        if (output.isObject()) {
            output.properties()
                    .forEach(member -> list.add(JsonNodeFactory.instance
                            .objectNode()
                            .put("key", member.getKey())
                            .set("value", member.getValue())));
        } else if (output.isArray()) {
            output.forEach(list::add);
        } else {
            throw new IllegalArgumentException("Task '" + task + "' gave " + output
                    + ", which is no list. Its output must be an array or an object.");
        }
        return list;
    }

    /** Most tasks want none or one of them, and each instance of a mapped task would read those of all. */
    private Map<String, JsonNode> outputs(Claim claim) {
        UUID run = claim.run().id();
        return new LazyMap<>(
                task -> Optional.ofNullable(byTask(outputs.of(run, task)).get(task)), () -> byTask(outputs.of(run)));
    }

    private static Map<String, JsonNode> byTask(List<Output> outputs) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        for (Output output : outputs) {
            JsonNode value = read(output.json());
            if (output.mapIndex() < 0) {
                values.put(output.task(), value);
            } else {
                ((ArrayNode) values.computeIfAbsent(output.task(), key -> JsonNodeFactory.instance.arrayNode()))
                        .add(value);
            }
        }
        return values;
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("PostgreSQL gave what is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}

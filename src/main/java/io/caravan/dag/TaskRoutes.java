package io.caravan.dag;

import io.caravan.dag.definition.WrittenTask;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The routes of tasks that run in this process, as they come and go. Thread-safe. */
public final class TaskRoutes {
    private final Map<String, Map<String, DagConsumer>> workflows = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    TaskRoutes() {}

    /** The route of a task; empty while it is not here, such as in the middle of a reload. */
    public Optional<DagConsumer> find(String workflow, String task) {
        return Optional.ofNullable(workflows.getOrDefault(workflow, Map.of()).get(task));
    }

    /** The routes of a workflow, by their tasks' ids. */
    List<DagConsumer> routes(String workflow) {
        return List.copyOf(new TreeMap<>(workflows.getOrDefault(workflow, Map.of())).values());
    }

    /** What the routes of a workflow write. */
    List<WrittenTask> tasks(String workflow) {
        return routes(workflow).stream().map(DagConsumer::task).toList();
    }

    List<String> workflows() {
        return workflows.keySet().stream().sorted().toList();
    }

    /** {@code listener} is told the name of a workflow whenever a route of it has come or gone, in the thread that did it. */
    public void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** @throws IllegalStateException when another route has this task */
    void add(DagConsumer consumer) {
        WrittenTask task = consumer.task();
        DagConsumer other = workflows
                .computeIfAbsent(task.workflow(), name -> new ConcurrentHashMap<>())
                .putIfAbsent(task.id(), consumer);
        if (other != null && other != consumer) {
            throw new IllegalStateException("Task '" + task.id() + "' of workflow '" + task.workflow()
                    + "' is route '" + other.task().route() + "' already; give route '" + task.route()
                    + "' another task name.");
        }
        tell(task.workflow());
    }

    void remove(DagConsumer consumer) {
        WrittenTask task = consumer.task();
        Map<String, DagConsumer> tasks = workflows.get(task.workflow());
        if (tasks != null && tasks.remove(task.id(), consumer)) {
            tell(task.workflow());
        }
    }

    private void tell(String workflow) {
        listeners.forEach(listener -> listener.accept(workflow));
    }
}

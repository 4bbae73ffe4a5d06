package io.caravan.dag.run;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.definition.TeardownRule;
import io.caravan.dag.definition.UpstreamCounts;
import io.caravan.dag.definition.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What follows from where the tasks of a run stand: which may run now, which are skipped, and how the run ends. Pure; one thread.
 *
 * <p>A mapped task has an instance for each item, and one with index -1 until the items are known. Between tasks that are mapped by the same list, each instance waits for its twin only.
 */
public final class RunProgress {
    private static final int UNEXPANDED = -1;

    private final DagDefinition dag;
    private final boolean closing;
    private final Map<String, SortedMap<Integer, TaskState>> states = new LinkedHashMap<>();

    /** A task's instance. */
    public record Instance(String task, int mapIndex) {}

    /** A waiting instance that waits no longer. */
    public record Change(Instance instance, TaskState to) {}

    public RunProgress(DagDefinition dag) {
        this(dag, false);
    }

    private RunProgress(DagDefinition dag, boolean closing) {
        this.dag = dag;
        this.closing = closing;
        dag.tasks().forEach(task -> states.put(task.id(), new TreeMap<>()));
    }

    /** A run that is being ended by hand or by its timeout: nothing more begins but teardowns, which take away what setups have made. */
    public static RunProgress closing(DagDefinition dag) {
        return new RunProgress(dag, true);
    }

    /** A run that is about to begin: one waiting instance of each task. */
    public static RunProgress begin(DagDefinition dag) {
        RunProgress begun = new RunProgress(dag);
        dag.tasks().forEach(task -> begun.at(task.id(), UNEXPANDED, TaskState.WAITING));
        return begun;
    }

    /** Says how an instance stands. Tasks that the definition lacks (it is another version's) are no concern of the run. */
    public RunProgress at(String task, int mapIndex, TaskState state) {
        SortedMap<Integer, TaskState> instances = states.get(task);
        if (instances != null) {
            instances.put(mapIndex, state);
        }
        return this;
    }

    /** All waiting instances whose rule has spoken, each after those that it follows from; they stand so from now on. */
    public List<Change> follow() {
        List<Change> changes = new ArrayList<>();
        for (TaskDefinition task : dag.tasks()) {
            SortedMap<Integer, TaskState> instances = states.getOrDefault(task.id(), new TreeMap<>());
            instances.replaceAll((index, state) -> {
                TaskState next = state == TaskState.WAITING ? decide(task, index) : state;
                if (next != state) {
                    changes.add(new Change(new Instance(task.id(), index), next));
                }
                return next;
            });
        }
        return changes;
    }

    private TaskState decide(TaskDefinition task, int index) {
        if (closing && task.kind() != TaskKind.TEARDOWN) {
            return TaskState.SKIPPED;
        }
        return switch (verdict(task, index)) {
            case WAIT -> TaskState.WAITING;
            case RUN -> TaskState.READY;
            case SKIP -> TaskState.SKIPPED;
            case UPSTREAM_FAILED -> TaskState.UPSTREAM_FAILED;
            case REMOVE -> TaskState.REMOVED;
        };
    }

    private Verdict verdict(TaskDefinition task, int index) {
        Optional<String> list = task.mappedBy().filter(by -> index == UNEXPANDED && !by.equals(task.id()));
        if (list.isPresent()) {
            return withoutItems(list.get());
        }
        UpstreamCounts upstream = counts(task, task.after(), index);
        if (task.kind() == TaskKind.TEARDOWN) {
            return TeardownRule.decide(upstream, counts(task, task.setups(), index));
        }
        return task.when().decide(upstream, index);
    }

    /** A group's task whose items aren't known goes the way of their list, whatever its own rule says: there is nothing that it could run for. */
    private Verdict withoutItems(String list) {
        TaskState named = states.getOrDefault(list, new TreeMap<>()).getOrDefault(UNEXPANDED, TaskState.WAITING);
        return switch (named) {
            case FAILED, UPSTREAM_FAILED -> Verdict.UPSTREAM_FAILED;
            case SKIPPED -> Verdict.SKIP;
            case REMOVED -> Verdict.REMOVE;
            default -> Verdict.WAIT;
        };
    }

    private UpstreamCounts counts(TaskDefinition task, List<String> upstream, int index) {
        Map<TaskState, Integer> standing = new EnumMap<>(TaskState.class);
        for (String id : upstream) {
            SortedMap<Integer, TaskState> instances = states.getOrDefault(id, new TreeMap<>());
            TaskState twin = isTwin(task, id) ? instances.get(index) : null;
            Collection<TaskState> meant = twin == null ? instances.values() : List.of(twin);
            meant.forEach(state -> standing.merge(state, 1, Integer::sum));
        }
        return new UpstreamCounts(
                standing.values().stream().mapToInt(Integer::intValue).sum(),
                standing.getOrDefault(TaskState.SUCCESS, 0),
                standing.getOrDefault(TaskState.SKIPPED, 0),
                standing.getOrDefault(TaskState.FAILED, 0),
                standing.getOrDefault(TaskState.UPSTREAM_FAILED, 0),
                standing.getOrDefault(TaskState.REMOVED, 0));
    }

    private boolean isTwin(TaskDefinition task, String upstream) {
        return task.mappedBy().isPresent()
                && dag.task(upstream)
                        .flatMap(TaskDefinition::mappedBy)
                        .filter(task.mappedBy().get()::equals)
                        .isPresent();
    }

    /** Takes waiting instances out: those of the same item where a task is mapped by the same list as {@code by}. The answer is which. */
    public List<Instance> skip(Set<String> tasks, TaskDefinition by, int index) {
        List<Instance> skipped = new ArrayList<>();
        for (String task : tasks) {
            SortedMap<Integer, TaskState> instances = states.getOrDefault(task, new TreeMap<>());
            boolean twins = isTwin(by, task) && instances.containsKey(index);
            instances.replaceAll((each, state) -> {
                boolean meant = state == TaskState.WAITING && (!twins || each == index);
                if (meant) {
                    skipped.add(new Instance(task, each));
                }
                return meant ? TaskState.SKIPPED : state;
            });
        }
        return skipped;
    }

    public boolean isUnexpanded(String task) {
        return states.getOrDefault(task, new TreeMap<>()).get(UNEXPANDED) == TaskState.WAITING;
    }

    /** Replaces a mapped task's place holder by its instances. */
    public void expand(String task, int items, TaskState state) {
        SortedMap<Integer, TaskState> instances = states.getOrDefault(task, new TreeMap<>());
        instances.clear();
        for (int i = 0; i < items; i++) {
            instances.put(i, state);
        }
    }

    public boolean isFinished() {
        return states.values().stream()
                .allMatch(instances -> instances.values().stream().allMatch(TaskState::isFinal));
    }

    /** How a run ends whose tasks are all in a final state: as its leaves did. Teardowns don't count, nor hide what is before them. */
    public RunState outcome() {
        Set<String> upstreamOfWork = new HashSet<>();
        dag.tasks().stream()
                .filter(task -> task.kind() != TaskKind.TEARDOWN)
                .forEach(task -> upstreamOfWork.addAll(task.after()));
        boolean failed = dag.tasks().stream()
                .filter(task -> task.kind() != TaskKind.TEARDOWN && !upstreamOfWork.contains(task.id()))
                .anyMatch(task -> states.getOrDefault(task.id(), new TreeMap<>()).values().stream()
                        .anyMatch(TaskState::isFailure));
        return failed ? RunState.FAILED : RunState.SUCCESS;
    }

    /** Everything that is downstream of a task, near and far. */
    public static Set<String> downstream(DagDefinition dag, String task) {
        Map<String, List<String>> following = new HashMap<>();
        dag.tasks()
                .forEach(each -> each.after()
                        .forEach(before -> following
                                .computeIfAbsent(before, key -> new ArrayList<>())
                                .add(each.id())));
        Set<String> found = new HashSet<>();
        List<String> open = new ArrayList<>(following.getOrDefault(task, List.of()));
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (found.add(next)) {
                open.addAll(following.getOrDefault(next, List.of()));
            }
        }
        return found;
    }
}

package io.caravan.dag.engine;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.run.RunProgress;
import io.caravan.dag.run.TaskKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tasks of a workflow as people name them: {@code stage}, {@code import-*}, {@code group.*}, {@code fetch[3]} for one instance of a mapped task; none named means all. Pure.
 *
 * @param patterns as written
 * @param upstream with all that the named ones come after, near and far
 * @param downstream with all that comes after them
 */
public record TaskSelection(List<String> patterns, boolean upstream, boolean downstream) {
    private static final Pattern INSTANCE = Pattern.compile("(.+)\\[(\\d+)]");

    public static final TaskSelection ALL = new TaskSelection(List.of(), false, false);

    public TaskSelection {
        patterns = List.copyOf(patterns);
    }

    /** A task, all its instances or one. */
    private record Named(Pattern task, OptionalInt index) {
        static Named of(String text) {
            Matcher instance = INSTANCE.matcher(text);
            boolean one = instance.matches();
            String glob = one ? instance.group(1) : text;
            return new Named(
                    Pattern.compile("\\Q" + glob.replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q") + "\\E"),
                    one ? OptionalInt.of(Integer.parseInt(instance.group(2))) : OptionalInt.empty());
        }

        boolean isMeant(String id) {
            return task.matcher(id).matches();
        }
    }

    /** What is chosen: tasks whole, and single instances of others. */
    public record Chosen(Set<String> whole, Set<RunProgress.Instance> instances) {
        public boolean has(String task, int mapIndex) {
            return whole.contains(task) || instances.contains(new RunProgress.Instance(task, mapIndex));
        }
    }

    /**
     * Whether an instance of a task is chosen.
     *
     * @throws RefusedException when a name matches no task
     */
    public Predicate<TaskKey> keys(DagDefinition dag) {
        Chosen chosen = of(dag);
        return key -> chosen.has(key.task(), key.mapIndex());
    }

    /**
     * What is chosen of a workflow's tasks.
     *
     * @throws RefusedException when a name matches no task
     */
    public Chosen of(DagDefinition dag) {
        Set<String> whole = new LinkedHashSet<>();
        Set<RunProgress.Instance> instances = new HashSet<>();
        Set<String> around = new HashSet<>();
        for (Named named : patterns.isEmpty() ? List.of(Named.of("*")) : named(dag)) {
            for (TaskDefinition task : dag.tasks()) {
                if (named.isMeant(task.id())) {
                    named.index()
                            .ifPresentOrElse(
                                    index -> instances.add(new RunProgress.Instance(task.id(), index)),
                                    () -> whole.add(task.id()));
                    around.add(task.id());
                }
            }
        }
        for (String task : around) {
            if (downstream) {
                whole.addAll(RunProgress.downstream(dag, task));
            }
            if (upstream) {
                whole.addAll(upstream(dag, task));
            }
        }
        return new Chosen(whole, instances);
    }

    private List<Named> named(DagDefinition dag) {
        List<Named> all = patterns.stream().map(Named::of).toList();
        for (int i = 0; i < all.size(); i++) {
            Named named = all.get(i);
            if (dag.tasks().stream().map(TaskDefinition::id).noneMatch(named::isMeant)) {
                throw new RefusedException("Workflow '" + dag.id() + "' has no task '" + patterns.get(i)
                        + "'. It has: "
                        + String.join(
                                ", ",
                                dag.tasks().stream().map(TaskDefinition::id).toList()));
            }
        }
        return all;
    }

    /** Everything that is upstream of a task, near and far. */
    static Set<String> upstream(DagDefinition dag, String task) {
        Set<String> found = new TreeSet<>();
        List<String> open = new java.util.ArrayList<>(List.of(task));
        while (!open.isEmpty()) {
            dag.task(open.remove(open.size() - 1))
                    .ifPresent(each -> each.after().stream().filter(found::add).forEach(open::add));
        }
        return found;
    }

    /**
     * The setups and teardowns without which these tasks can't run again: setups before them whose teardown comes after them or that have none, with their teardowns; as in Airflow.
     */
    static Set<String> scaffolding(DagDefinition dag, Collection<String> tasks) {
        Set<String> found = new TreeSet<>();
        for (String task : tasks) {
            Set<String> before = upstream(dag, task);
            Set<String> after = RunProgress.downstream(dag, task);
            for (TaskDefinition setup : dag.tasks()) {
                if (setup.kind() == TaskKind.SETUP && before.contains(setup.id())) {
                    List<String> teardowns = dag.tasks().stream()
                            .filter(each -> each.setups().contains(setup.id()))
                            .map(TaskDefinition::id)
                            .toList();
                    boolean spansIt = teardowns.isEmpty() || teardowns.stream().anyMatch(after::contains);
                    if (spansIt) {
                        found.add(setup.id());
                        found.addAll(teardowns);
                    }
                }
            }
        }
        return found;
    }
}

package io.caravan.dag.engine;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.engine.TaskChangeRepository.Instance;
import io.caravan.dag.engine.TaskRepository.Numbers;
import io.caravan.dag.engine.TaskSelection.Chosen;
import io.caravan.dag.run.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What clearing does in one run. Pure.
 *
 * @param inPlace instances that wait again
 * @param unmapped tasks whose list is read again: their instances make room for one place holder, which counts on from these numbers
 * @param replaced the instances that do
 */
public record ClearPlan(List<Instance> inPlace, Map<String, Numbers> unmapped, List<Instance> replaced) {

    /**
     * What clearing the chosen tasks does to these instances.
     *
     * @param failedOnly only what failed, couldn't run since something failed, or was stopped with its run
     */
    public static ClearPlan of(DagDefinition dag, List<Instance> instances, Chosen chosen, boolean failedOnly) {
        List<Instance> known = instances.stream()
                .filter(each -> dag.task(each.key().task()).isPresent())
                .toList();
        List<Instance> meant = known.stream()
                .filter(each -> each.state() != TaskState.WAITING)
                .filter(each -> chosen.has(each.key().task(), each.key().mapIndex()))
                .filter(each -> !failedOnly || each.state().isFailure() || isStopped(each))
                .toList();
        Set<String> tasks = new TreeSet<>();
        meant.forEach(each -> tasks.add(each.key().task()));
        Set<String> scaffolding = TaskSelection.scaffolding(dag, tasks);

        Set<String> unmapped = new TreeSet<>();
        if (!failedOnly) {
            chosen.whole().stream().filter(tasks::contains).forEach(task -> unmapped.addAll(mappedBy(dag, task)));
        }
        List<Instance> inPlace = new ArrayList<>();
        List<Instance> replaced = new ArrayList<>();
        for (Instance each : known) {
            String task = each.key().task();
            boolean again = scaffolding.contains(task) && each.state() != TaskState.WAITING;
            if (unmapped.contains(task)) {
                replaced.add(each);
            } else if (again || meant.contains(each)) {
                inPlace.add(each);
            }
        }
        return new ClearPlan(inPlace, numbers(unmapped, replaced), replaced);
    }

    /** Every task of the definition begins anew. */
    static ClearPlan anew(DagDefinition dag, List<Instance> instances) {
        Set<String> all = new TreeSet<>();
        dag.tasks().forEach(task -> all.add(task.id()));
        return new ClearPlan(List.of(), numbers(all, instances), instances);
    }

    public List<Instance> cleared() {
        List<Instance> cleared = new ArrayList<>(inPlace);
        cleared.addAll(replaced);
        return cleared;
    }

    /** A list that is read again makes all instances anew that it made before; together with the task that reads it. */
    private static Set<String> mappedBy(DagDefinition dag, String task) {
        Set<String> mapped = new TreeSet<>();
        dag.tasks().stream()
                .filter(each -> each.mappedBy().filter(task::equals).isPresent())
                .forEach(each -> mapped.add(each.id()));
        if (!mapped.isEmpty()) {
            mapped.add(task);
        }
        return mapped;
    }

    /** The task that reads the list hands its numbers on to the instances that it makes, so that all share the highest. */
    private static Map<String, Numbers> numbers(Set<String> tasks, List<Instance> replaced) {
        Numbers highest = replaced.stream().map(Instance::numbers).reduce(Numbers.NONE, (one, other) -> one.or(other));
        Map<String, Numbers> numbers = new TreeMap<>();
        tasks.forEach(task -> numbers.put(task, highest));
        return numbers;
    }

    private static boolean isStopped(Instance instance) {
        return instance.state() == TaskState.SKIPPED && Stopped.isSaidBy(instance.note());
    }
}

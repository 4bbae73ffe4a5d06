package io.caravan.dag.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.definition.TaskKind;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which tasks a branch or a short circuit leaves out. The rules are Airflow's. Pure. */
public final class Branching {
    private Branching() {}

    /**
     * What a task that succeeded leaves out with its output: a branch what it didn't choose, a short circuit that says no everything after it.
     *
     * @throws IllegalArgumentException when a branch chose what isn't directly after it
     */
    public static Set<String> leftOut(DagDefinition dag, TaskDefinition task, @Nullable JsonNode output) {
        return switch (task.kind()) {
            case BRANCH -> skippedBy(dag, task.id(), Choice.of(output));
            case SHORT_CIRCUIT -> Choice.isYes(output) ? Set.of() : skippedBy(dag, task.id());
            default -> Set.of();
        };
    }

    /**
     * What is skipped when a branch chose these: the tasks directly after it that were neither chosen nor are downstream of what was.
     *
     * @throws IllegalArgumentException when a chosen task isn't directly after it
     */
    static Set<String> skippedBy(DagDefinition dag, String branch, Collection<String> chosen) {
        Set<String> following = following(dag, branch);
        Set<String> kept = new HashSet<>();
        for (String choice : chosen) {
            List<String> meant = meant(dag, choice, following);
            if (meant.isEmpty()) {
                throw new IllegalArgumentException("Branch '" + branch + "' chose '" + choice
                        + "', which is not directly after it. It may choose: " + String.join(", ", following));
            }
            for (String task : meant) {
                kept.add(task);
                kept.addAll(RunProgress.downstream(dag, task));
            }
        }
        Set<String> skipped = new TreeSet<>(following);
        skipped.removeAll(kept);
        return skipped;
    }

    /** What is skipped when a short circuit says no: everything after it, but for teardowns. */
    static Set<String> skippedBy(DagDefinition dag, String shortCircuit) {
        Set<String> skipped = new TreeSet<>(RunProgress.downstream(dag, shortCircuit));
        dag.tasks().stream()
                .filter(task -> task.kind() == TaskKind.TEARDOWN)
                .map(TaskDefinition::id)
                .forEach(skipped::remove);
        return skipped;
    }

    /** A chosen group means those of its tasks that come directly after the branch. */
    private static List<String> meant(DagDefinition dag, String choice, Set<String> following) {
        return following.stream()
                .filter(task -> task.equals(choice)
                        || dag.task(task)
                                .flatMap(TaskDefinition::group)
                                .filter(group -> group.equals(choice))
                                .isPresent())
                .toList();
    }

    private static Set<String> following(DagDefinition dag, String branch) {
        Set<String> following = new TreeSet<>();
        dag.tasks().stream()
                .filter(task -> task.after().contains(branch))
                .map(TaskDefinition::id)
                .forEach(following::add);
        return following;
    }
}

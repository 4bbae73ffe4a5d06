package io.caravan.dag.steering;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.engine.ClearPlan;
import io.caravan.dag.engine.Clearing;
import io.caravan.dag.engine.FollowUp;
import io.caravan.dag.engine.RunChangeRepository;
import io.caravan.dag.engine.RunChangeRepository.Standing;
import io.caravan.dag.engine.Stopped;
import io.caravan.dag.engine.TaskChangeRepository;
import io.caravan.dag.engine.TaskChangeRepository.Instance;
import io.caravan.dag.engine.TaskSelection;
import io.caravan.dag.engine.TaskSelection.Chosen;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.run.RunProgress;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** Says by hand how tasks or runs have ended, whatever became of them; what runs is stopped. Works in the caller's transaction, who has locked the run. */
final class Marking {
    private final RunChangeRepository runs;
    private final TaskChangeRepository changes;
    private final Clearing clearing;

    Marking(Database database, Definitions definitions) {
        this.runs = new RunChangeRepository(database);
        this.changes = new TaskChangeRepository(database);
        this.clearing = new Clearing(database, definitions);
    }

    /**
     * Marks tasks.
     *
     * @param to SUCCESS or FAILED
     * @param followUp whether what comes after them and failed, or couldn't run, is cleared
     * @return what was marked
     */
    List<TaskKey> tasks(
            FollowUp follow, Operator by, Standing run, TaskSelection selection, TaskState to, boolean followUp) {
        Clearing.refuseCancelling(run);
        DagDefinition dag = clearing.definition(run);
        Chosen chosen = selection.of(dag);
        List<Instance> all = changes.instances(List.of(run.run().id()));
        List<Instance> meant = all.stream()
                .filter(each -> chosen.has(each.key().task(), each.key().mapIndex()) && each.state() != to)
                .toList();
        List<TaskKey> keys = meant.stream().map(Instance::key).toList();
        ClearPlan after =
                followUp ? downstream(dag, chosen, all, keys) : new ClearPlan(List.of(), java.util.Map.of(), List.of());
        if (keys.isEmpty() && after.cleared().isEmpty()) {
            return keys;
        }
        clearing.takeAway(follow, meant);
        changes.mark(keys, to, by.says("marked " + word(to)), follow.now());
        if (after.cleared().isEmpty()) {
            goOn(follow, run);
        } else {
            clearing.clear(follow, run, after);
        }
        return keys;
    }

    private static ClearPlan downstream(DagDefinition dag, Chosen chosen, List<Instance> all, List<TaskKey> marked) {
        Set<String> after = new HashSet<>();
        Set<String> from = new HashSet<>(chosen.whole());
        chosen.instances().forEach(each -> from.add(each.task()));
        from.forEach(task -> after.addAll(RunProgress.downstream(dag, task)));
        after.removeAll(from);
        List<Instance> others =
                all.stream().filter(each -> !marked.contains(each.key())).toList();
        return ClearPlan.of(dag, others, new Chosen(after, Set.of()), true);
    }

    /** A run that has ended ends again, perhaps otherwise; nothing of it runs meanwhile. */
    private void goOn(FollowUp follow, Standing run) {
        UUID id = run.run().id();
        if (run.state().isFinal()) {
            runs.reopen(id, RunState.RUNNING, null);
        }
        if (run.state() == RunState.CANCELLED) {
            follow.close(id, RunState.CANCELLED);
        } else if (run.state() != RunState.QUEUED) {
            follow.revisit(List.of(id));
        }
    }

    /** Ends a run so: for SUCCESS all that failed or didn't run counts as done; for FAILED what runs has failed, and the rest is skipped. */
    void run(FollowUp follow, Operator by, Standing run, RunState to) {
        Clearing.refuseCancelling(run);
        UUID id = run.run().id();
        List<Instance> succeed = new ArrayList<>();
        List<Instance> fail = new ArrayList<>();
        List<Instance> skip = new ArrayList<>();
        for (Instance each : changes.instances(List.of(id))) {
            boolean isOpen = !each.state().isFinal();
            if (to == RunState.SUCCESS && (isOpen || each.state().isFailure())) {
                succeed.add(each);
            } else if (isOpen) {
                boolean begun = each.state() == TaskState.RUNNING || each.state() == TaskState.AWAITING;
                (begun ? fail : skip).add(each);
            }
        }
        if (run.state() == to && succeed.isEmpty() && fail.isEmpty() && skip.isEmpty()) {
            throw new RefusedException(
                    "Run " + id + " of workflow '" + run.run().dag() + "' has ended so already ("
                            + to.name().toLowerCase(Locale.ROOT) + "), so nothing was changed.");
        }
        String note = by.says(to == RunState.FAILED ? Stopped.MARKED_FAILED : "run marked success");
        mark(follow, succeed, TaskState.SUCCESS, note);
        mark(follow, fail, TaskState.FAILED, note);
        mark(follow, skip, TaskState.SKIPPED, note);
        if (run.state().isFinal()) {
            runs.reopen(id, RunState.RUNNING, note);
        } else {
            runs.note(id, note);
        }
        follow.close(id, to);
    }

    private void mark(FollowUp follow, List<Instance> instances, TaskState to, String note) {
        if (!instances.isEmpty()) {
            clearing.takeAway(follow, instances);
            changes.mark(instances.stream().map(Instance::key).toList(), to, note, follow.now());
        }
    }

    private static String word(TaskState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}

package io.caravan.dag.engine;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.engine.RunChangeRepository.Standing;
import io.caravan.dag.engine.TaskChangeRepository.Instance;
import io.caravan.dag.engine.TaskRepository.NewTask;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import io.caravan.database.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Lets tasks of runs run again; runs that have ended come back from the history and go on. Works in the caller's transaction, who has locked the runs. */
public final class Clearing {
    private static final int NAMED_IN_AUDIT = 20;

    private final Definitions definitions;
    private final RunChangeRepository runs;
    private final TaskChangeRepository changes;
    private final TaskRepository tasks;
    private final Cancelling cancelling;

    public Clearing(Database database, Definitions definitions) {
        this.definitions = definitions;
        this.runs = new RunChangeRepository(database);
        this.changes = new TaskChangeRepository(database);
        this.tasks = new TaskRepository(database);
        this.cancelling = new Cancelling(database, definitions);
    }

    /** What it would do in a run. */
    public ClearPlan plan(Standing run, TaskSelection selection, boolean failedOnly) {
        DagDefinition dag = definition(run);
        return ClearPlan.of(dag, changes.instances(List.of(run.run().id())), selection.of(dag), failedOnly);
    }

    /** Does it. */
    public List<ClearedTask> clear(FollowUp follow, Standing run, ClearPlan plan) {
        refuseCancelling(run);
        List<Instance> cleared = plan.cleared();
        if (cleared.isEmpty()) {
            return List.of();
        }
        takeAway(follow, cleared);
        changes.clear(plan.inPlace().stream().map(Instance::key).toList());
        replace(follow, run.run(), definition(run), plan);
        goOn(follow, run);
        return told(run, plan);
    }

    /** The whole run begins anew, by another version and as part of a backfill. */
    void renew(FollowUp follow, Standing run, DagRun as, DagDefinition dag, UUID backfill, String note) {
        UUID id = run.run().id();
        ClearPlan plan = ClearPlan.anew(dag, changes.instances(List.of(id)));
        changes.keepAttempts(plan.replaced().stream().map(Instance::key).toList(), follow.now());
        runs.reopen(id, RunState.QUEUED, note);
        runs.renew(id, as.version(), backfill, as.params());
        replace(follow, as, dag, plan);
        follow.start(as.dag());
    }

    /** Keeps what the rows tell of tries, and ends what they have under way. */
    public void takeAway(FollowUp follow, List<Instance> instances) {
        changes.keepAttempts(instances.stream().map(Instance::key).toList(), follow.now());
        List<TaskKey> running = instances.stream()
                .filter(each -> each.state() == TaskState.RUNNING)
                .map(Instance::key)
                .toList();
        if (!running.isEmpty()) {
            changes.hold(running, follow.now().plus(RunningTasks.GRACE));
            follow.interrupt();
        }
        List<TaskKey> waiting = instances.stream()
                .filter(each -> each.state() == TaskState.AWAITING)
                .map(Instance::key)
                .toList();
        List<UUID> children = waiting.isEmpty() ? List.of() : runs.startedBy(waiting);
        if (!children.isEmpty()) {
            cancelling.cancel(follow, children, Stopped.CANCELLED + ": the task that started it was taken back");
        }
    }

    private void replace(FollowUp follow, DagRun run, DagDefinition dag, ClearPlan plan) {
        changes.remove(
                run.id(),
                plan.replaced().stream()
                        .map(each -> each.key().task())
                        .distinct()
                        .toList());
        List<NewTask> holders = new ArrayList<>();
        plan.unmapped()
                .forEach((task, numbers) -> dag.task(task)
                        .ifPresent(each -> holders.add(
                                new NewTask(run, dag, each, -1, TaskState.WAITING, null, null, null, numbers))));
        if (!holders.isEmpty()) {
            tasks.insert(holders, follow.now());
        }
    }

    /** A run that has ended waits for its turn among the others: restarts don't get round maxActiveRuns. */
    void goOn(FollowUp follow, Standing run) {
        if (run.state().isFinal()) {
            runs.reopen(run.run().id(), RunState.QUEUED, null);
            follow.start(run.run().dag());
        } else if (run.state() == RunState.RUNNING) {
            follow.revisit(List.of(run.run().id()));
        }
    }

    public DagDefinition definition(Standing run) {
        return definitions
                .find(run.run().dag(), run.run().version())
                .orElseThrow(() -> new RefusedException("Version " + run.run().version() + " of workflow '"
                        + run.run().dag() + "', by which run " + run.run().id()
                        + " goes, is not known, so nothing was changed."));
    }

    public static void refuseCancelling(Standing run) {
        if (run.cancelling() && !run.state().isFinal()) {
            throw new RefusedException("Run " + run.run().id() + " of workflow '"
                    + run.run().dag() + "' is being cancelled; wait until it has ended, then try again.");
        }
    }

    public static List<ClearedTask> told(Standing run, ClearPlan plan) {
        return plan.cleared().stream()
                .map(each -> new ClearedTask(each.key(), run.run().logicalTime(), each.state()))
                .toList();
    }

    /** {@code 2 tasks: stage, promote}. */
    public static String summary(List<TaskKey> keys) {
        String names =
                keys.stream().limit(NAMED_IN_AUDIT).map(TaskKey::toString).collect(Collectors.joining(", "));
        return keys.size()
                + (keys.size() == 1 ? " task: " : " tasks: ")
                + names
                + (keys.size() > NAMED_IN_AUDIT ? ", …" : "");
    }
}

package io.caravan.dag.engine;

import io.caravan.dag.definition.Definitions;
import io.caravan.dag.engine.Completion.Finished;
import io.caravan.dag.engine.RunChangeRepository.Kin;
import io.caravan.dag.engine.RunChangeRepository.Standing;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.TaskKey;
import io.caravan.database.Database;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Ends runs by hand or by their timeout, with the runs that their tasks have started: no more tasks begin but teardowns, what runs is interrupted by its node, and the run ends when that has let go, or is dead. Works in
 * the caller's transaction.
 */
public final class Cancelling {
    private final Teardowns teardowns;
    private final RunChangeRepository runs;
    private final TaskChangeRepository tasks;

    public Cancelling(Database database, Definitions definitions) {
        this.teardowns = new Teardowns(definitions);
        this.runs = new RunChangeRepository(database);
        this.tasks = new TaskChangeRepository(database);
    }

    /** The answer is all that are cancelled: those of these that are in progress, and what they have led to. */
    public List<UUID> cancel(FollowUp follow, List<UUID> ids, String note) {
        List<UUID> family = lock(follow, ids);
        if (!family.isEmpty()) {
            runs.cancel(family, note);
            settle(follow, family);
            follow.interrupt();
        }
        return family;
    }

    /** Runs that are being cancelled end as soon as nothing of them runs, and their teardowns have tidied up. */
    void settle(FollowUp follow, List<UUID> cancelled) {
        List<DagRun> ending = runs.find(cancelled).stream().map(Standing::run).toList();
        tasks.skipUnbegun(cancelled, teardowns.of(ending), follow.now());
        follow.revisit(cancelled);
    }

    /** Those of these whose timeout is over fail, and what they have started is cancelled; the answer is which. */
    List<UUID> endOverdue(FollowUp follow, List<UUID> ids) {
        lock(follow, ids);
        List<UUID> overdue = runs.endOverdue(ids, follow.now());
        List<UUID> led =
                new ArrayList<>(runs.family(overdue).stream().map(Kin::run).toList());
        led.removeAll(overdue);
        cancel(follow, led, Stopped.CANCELLED + ": the run that started it was ended by its timeout");
        if (!overdue.isEmpty()) {
            settle(follow, overdue);
            follow.interrupt();
        }
        return overdue;
    }

    /** A task that has waited for the run that it started says how that went, and if that counts, the run is cancelled. */
    void endAwaited(FollowUp follow, Finished waited) {
        TaskKey task = waited.claim().key();
        lock(follow, List.of(task.run()));
        List<UUID> started = runs.startedBy(List.of(task));
        if (follow.complete(waited)) {
            cancel(follow, started, Stopped.CANCELLED + ": the task that started it waits no longer");
        }
    }

    /** Once all are locked that were there, no more can come. */
    private List<UUID> lock(FollowUp follow, List<UUID> ids) {
        Set<Kin> known = new TreeSet<>(
                Comparator.comparing(Kin::dag).thenComparing(kin -> kin.run().toString()));
        while (known.addAll(runs.family(ids))) {
            follow.lockWorkflows(known.stream().map(Kin::dag).toList());
            runs.lock(known.stream().map(Kin::run).toList());
        }
        Set<UUID> alive = new HashSet<>();
        runs.family(ids).forEach(kin -> alive.add(kin.run()));
        return known.stream().map(Kin::run).filter(alive::contains).toList();
    }
}

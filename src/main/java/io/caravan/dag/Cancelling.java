package io.caravan.dag;

import io.caravan.dag.RunChangeRepository.Kin;
import io.caravan.database.Database;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Ends runs by hand, with the runs that their tasks have started: no more tasks begin, what runs is interrupted by its node, and the run ends when that has let go, or is dead. Works in the caller's
 * transaction.
 */
final class Cancelling {
    /** How the note begins of runs and tasks that were stopped so. */
    static final String NOTE = "cancelled";

    private final RunChangeRepository runs;
    private final TaskChangeRepository tasks;

    Cancelling(Database database) {
        this.runs = new RunChangeRepository(database);
        this.tasks = new TaskChangeRepository(database);
    }

    /** The answer is all that are cancelled: those of these that are in progress, and what they have led to. */
    List<UUID> cancel(FollowUp follow, List<UUID> ids, String note) {
        List<UUID> family = lock(follow, ids);
        if (!family.isEmpty()) {
            runs.cancel(family, note);
            settle(follow, family);
            follow.interrupt();
        }
        return family;
    }

    /** Runs that are being cancelled end as soon as nothing of them runs. */
    void settle(FollowUp follow, List<UUID> cancelled) {
        tasks.skipCancelled(cancelled, follow.now());
        follow.revisit(cancelled);
    }

    /** Once all are locked that were there, no more can come. */
    private List<UUID> lock(FollowUp follow, List<UUID> ids) {
        Set<Kin> known = new TreeSet<>(java.util.Comparator.comparing(Kin::dag)
                .thenComparing(kin -> kin.run().toString()));
        while (known.addAll(runs.family(ids))) {
            follow.lockWorkflows(known.stream().map(Kin::dag).toList());
            runs.lock(known.stream().map(Kin::run).toList());
        }
        Set<UUID> alive = new java.util.HashSet<>();
        runs.family(ids).forEach(kin -> alive.add(kin.run()));
        return known.stream().map(Kin::run).filter(alive::contains).toList();
    }
}

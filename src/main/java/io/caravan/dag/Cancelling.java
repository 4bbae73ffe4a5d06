package io.caravan.dag;

import io.caravan.dag.RunChangeRepository.Kin;
import io.caravan.dag.RunChangeRepository.Standing;
import io.caravan.database.Database;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Ends runs by hand, with the runs that their tasks have started: no more tasks begin but teardowns, what runs is interrupted by its node, and the run ends when that has let go, or is dead. Works in
 * the caller's transaction.
 */
final class Cancelling {
    private final Definitions definitions;
    private final RunChangeRepository runs;
    private final TaskChangeRepository tasks;

    Cancelling(Database database, Definitions definitions) {
        this.definitions = definitions;
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

    /** Runs that are being cancelled end as soon as nothing of them runs, and their teardowns have tidied up. */
    void settle(FollowUp follow, List<UUID> cancelled) {
        tasks.skipCancelled(cancelled, teardowns(cancelled), follow.now());
        follow.revisit(cancelled);
    }

    private List<TaskKey> teardowns(List<UUID> ids) {
        List<TaskKey> teardowns = new ArrayList<>();
        for (Standing run : runs.find(ids)) {
            definitions.find(run.run().dag(), run.run().version()).map(DagDefinition::tasks).orElse(List.of()).stream()
                    .filter(task -> task.kind() == TaskKind.TEARDOWN)
                    .forEach(task -> teardowns.add(new TaskKey(run.run().id(), task.id(), -1)));
        }
        return teardowns;
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

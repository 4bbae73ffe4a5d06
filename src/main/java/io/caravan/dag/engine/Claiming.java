package io.caravan.dag.engine;

import io.caravan.dag.engine.Limits.Group;
import io.caravan.dag.engine.TaskRepository.Candidate;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.TaskKey;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Claims ready tasks for a worker, live work and backfills in their shares, never above a pool's slots. Not thread-safe. */
final class Claiming {
    private final Database database;
    private final UUID worker;
    private final Lanes lanes = new Lanes();
    private final TaskRepository tasks;

    Claiming(Database database, UUID worker) {
        this.database = database;
        this.tasks = new TaskRepository(database);
        this.worker = worker;
    }

    /** Takes up to {@code free} tasks. */
    List<Claim> claim(int free, Instant now) {
        return database.inTransaction(
                connection -> tasks.isLimitedReady() ? withLimits(free, now) : withoutLimits(free, now));
    }

    private List<Claim> withoutLimits(int free, Instant now) {
        int forBackfill = lanes.forBackfill(free);
        List<Claim> claimed = new ArrayList<>();
        if (forBackfill > 0) {
            claimed.addAll(tasks.claim(worker, Lanes.BACKFILL, forBackfill, now));
        }
        if (claimed.size() < free) {
            claimed.addAll(tasks.claim(worker, Lanes.LIVE, free - claimed.size(), now));
        }
        if (claimed.size() < free) {
            claimed.addAll(tasks.claim(worker, Lanes.BACKFILL, free - claimed.size(), now));
        }
        return claimed;
    }

    /** One node at a time counts what is free and takes of it; ends of tasks need no lock, since they only make room. */
    private List<Claim> withLimits(int free, Instant now) {
        tasks.lockLimits();
        List<Group> groups = tasks.readyGroups(now);
        List<Candidate> candidates = new ArrayList<>(tasks.unlimited(free));
        candidates.addAll(
                tasks.candidates(groups.stream().filter(Group::hasRoom).toList(), free));
        List<TaskKey> chosen = new FairChoice(candidates, new Limits(groups), lanes).take(free);
        return chosen.isEmpty() ? List.of() : tasks.claim(worker, chosen, now);
    }
}

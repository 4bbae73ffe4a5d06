package io.caravan.dag;

import io.caravan.dag.Limits.Group;
import io.caravan.dag.TaskRepository.Candidate;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/** Claims ready tasks for a worker, live work and backfills in their shares, never above a pool's slots. Not thread-safe. */
final class Claiming {
    private static final Comparator<Candidate> ORDER =
            Comparator.comparingInt(Candidate::priority).reversed().thenComparing(Candidate::readyAt);

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
        List<Group> groups = tasks.readyGroups();
        List<Candidate> candidates = new ArrayList<>(tasks.unlimited(free));
        candidates.addAll(
                tasks.candidates(groups.stream().filter(Group::hasRoom).toList(), free));
        List<TaskKey> chosen = choose(candidates, new Limits(groups), free);
        return chosen.isEmpty() ? List.of() : tasks.claim(worker, chosen, now);
    }

    private List<TaskKey> choose(List<Candidate> candidates, Limits limits, int free) {
        List<Candidate> live = inOrder(candidates, Lanes.LIVE);
        List<Candidate> backfill = inOrder(candidates, Lanes.BACKFILL);
        List<TaskKey> chosen = new ArrayList<>();
        take(backfill, limits, lanes.forBackfill(free), chosen);
        take(live, limits, free - chosen.size(), chosen);
        take(backfill, limits, free - chosen.size(), chosen);
        return chosen;
    }

    private static List<Candidate> inOrder(List<Candidate> candidates, int lane) {
        return new ArrayList<>(candidates.stream()
                .filter(candidate -> candidate.group().lane() == lane)
                .sorted(ORDER)
                .toList());
    }

    private static void take(List<Candidate> candidates, Limits limits, int most, List<TaskKey> chosen) {
        int taken = 0;
        for (Iterator<Candidate> each = candidates.iterator(); each.hasNext() && taken < most; ) {
            Candidate candidate = each.next();
            if (limits.take(candidate.group(), candidate.slots())) {
                chosen.add(candidate.key());
                each.remove();
                taken++;
            }
        }
    }
}

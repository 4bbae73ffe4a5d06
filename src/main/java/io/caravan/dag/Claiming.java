package io.caravan.dag;

import io.caravan.dag.TaskRepository.Candidate;
import io.caravan.dag.TaskRepository.Claimed;
import io.caravan.dag.TaskRepository.Group;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Claims ready tasks for a worker, live work and backfills in their shares, never above a pool's slots. Not thread-safe. */
final class Claiming {
    /** Groups of tasks that share limits are locked in one order by all nodes, so that none waits for another in a circle. */
    private static final Comparator<Group> LOCK_ORDER = Comparator.comparing(
                    Group::pool, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
            .thenComparing(Group::dag, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
            .thenComparing(Group::run, Comparator.nullsFirst(Comparator.<UUID>naturalOrder()))
            .thenComparing(Group::task, Comparator.nullsFirst(Comparator.<String>naturalOrder()));

    private final Database database;
    private final UUID worker;
    private final Lanes lanes = new Lanes();
    private final TaskRepository tasks;
    private final RunRepository runs;

    Claiming(Database database, UUID worker) {
        this.database = database;
        this.tasks = new TaskRepository(database);
        this.runs = new RunRepository(database);
        this.worker = worker;
    }

    /** Takes up to {@code free} tasks. */
    List<Claim> claim(int free, Instant now) {
        List<Claimed> claimed = new ArrayList<>(limited(free, now));
        int rest = free - claimed.size();
        if (rest > 0) {
            claimed.addAll(unlimited(rest, now));
        }
        return withRuns(claimed);
    }

    private List<Claimed> unlimited(int free, Instant now) {
        return database.inTransaction(connection -> {
            int forBackfill = lanes.forBackfill(free);
            List<Claimed> claimed = new ArrayList<>();
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
        });
    }

    private List<Claimed> limited(int free, Instant now) {
        List<Claimed> claimed = new ArrayList<>();
        int first = lanes.forBackfill(1) > 0 ? Lanes.BACKFILL : Lanes.LIVE;
        for (int lane : new int[] {first, first == Lanes.LIVE ? Lanes.BACKFILL : Lanes.LIVE}) {
            int rest = free - claimed.size();
            if (rest > 0) {
                claimed.addAll(database.inTransaction(connection -> limited(lane, rest, now)));
            }
        }
        return claimed;
    }

    private List<Claimed> limited(int lane, int free, Instant now) {
        List<Group> groups = tasks.readyGroups(lane);
        if (groups.isEmpty()) {
            return List.of();
        }
        for (Group group : groups.stream().sorted(LOCK_ORDER).toList()) {
            tasks.lock(group);
        }
        Slots slots = new Slots();
        List<TaskKey> chosen = new ArrayList<>();
        for (Group group : groups) {
            int most = Math.min(free - chosen.size(), slots.freeTasks(group));
            List<Candidate> candidates =
                    most > 0 && slots.hasRoom(group.pool()) ? tasks.candidates(group, lane, most) : List.of();
            for (Candidate candidate : candidates) {
                if (slots.take(group, candidate.slots())) {
                    chosen.add(candidate.key());
                }
            }
        }
        return chosen.isEmpty() ? List.of() : tasks.claim(worker, chosen, now);
    }

    /** What is left of each limit while this transaction takes from it. */
    private final class Slots {
        private final Map<String, Integer> pools = new HashMap<>();
        private final Map<String, Integer> dags = new HashMap<>();

        boolean hasRoom(@Nullable String pool) {
            return pool == null || free(pool) > 0;
        }

        private int free(String pool) {
            Integer known = pools.get(pool);
            if (known == null) {
                Optional<Integer> free = tasks.freeSlots(pool);
                known = free.orElse(Integer.MAX_VALUE);
                pools.put(pool, known);
            }
            return known;
        }

        int freeTasks(Group group) {
            int free = tasks.freeTasks(group);
            return group.dag() == null ? free : Math.min(free, dags.getOrDefault(group.dag(), Integer.MAX_VALUE));
        }

        boolean take(Group group, int slots) {
            String pool = group.pool();
            if (pool != null && free(pool) < slots) {
                return false;
            }
            if (pool != null && free(pool) != Integer.MAX_VALUE) {
                pools.merge(pool, -slots, Integer::sum);
            }
            return true;
        }
    }

    private List<Claim> withRuns(List<Claimed> claimed) {
        if (claimed.isEmpty()) {
            return List.of();
        }
        List<UUID> ids =
                claimed.stream().map(each -> each.key().run()).distinct().toList();
        Map<UUID, DagRun> known = new HashMap<>();
        database.joinTransaction(connection -> runs.active(ids)).forEach(run -> known.put(run.id(), run));
        List<Claim> claims = new ArrayList<>();
        for (Claimed each : claimed) {
            DagRun run = known.get(each.key().run());
            if (run != null) {
                claims.add(each.of(run));
            }
        }
        return claims;
    }
}

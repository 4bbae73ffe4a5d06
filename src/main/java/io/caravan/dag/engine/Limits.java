package io.caravan.dag.engine;

import io.caravan.dag.engine.Lanes.Kind;
import io.caravan.dag.engine.Lanes.Wanted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is left of pools, {@code maxActiveTasks} and {@code maxActive} while tasks are chosen one by one. Pure; one thread. */
final class Limits {
    private final Map<String, Integer> pools = new HashMap<>();
    private final Map<String, Integer> dags = new HashMap<>();
    private final Map<Mapped, Integer> mapped = new HashMap<>();
    private final Set<String> blocked = new HashSet<>();

    /**
     * Ready tasks that share their limits, and what is free of each. Null: this limit isn't theirs.
     *
     * @param poolFree slots; none of a pool that nobody has defined
     */
    record Group(
            int lane,
            @Nullable String pool,
            @Nullable String dag,
            @Nullable UUID run,
            @Nullable String task,
            @Nullable Integer poolFree,
            @Nullable Integer dagFree,
            @Nullable Integer taskFree) {
        boolean hasRoom() {
            return hasRoom(poolFree) && hasRoom(dagFree) && hasRoom(taskFree);
        }

        private static boolean hasRoom(@Nullable Integer free) {
            return free == null || free > 0;
        }
    }

    private record Mapped(UUID run, String task) {}

    Limits(List<Group> groups) {
        for (Group group : groups) {
            put(pools, group.pool(), group.poolFree());
            put(dags, group.dag(), group.dagFree());
            put(mapped, mapped(group), group.taskFree());
        }
    }

    private static <K> void put(Map<K, Integer> limits, @Nullable K key, @Nullable Integer free) {
        if (key != null && free != null) {
            limits.put(key, free);
        }
    }

    private static @Nullable Mapped mapped(Group group) {
        return group.run() == null || group.task() == null ? null : new Mapped(group.run(), group.task());
    }

    /** Whether so many slots of a pool, or tasks of a workflow, can be had. */
    boolean isEnough(Wanted of, long wanted) {
        Map<String, Integer> free = of.kind() == Kind.POOL ? pools : dags;
        return free.getOrDefault(of.name(), Integer.MAX_VALUE) >= wanted;
    }

    /** Takes what a task of this group needs, if all of it is there. One that needs more slots than are left keeps those behind it from its pool, else it might never get them. */
    boolean take(Group group, int slots) {
        if (!has(dags, group.dag(), 1) || !has(mapped, mapped(group), 1) || blocked.contains(group.pool())) {
            return false;
        }
        if (!has(pools, group.pool(), slots)) {
            blocked.add(group.pool());
            return false;
        }
        use(pools, group.pool(), slots);
        use(dags, group.dag(), 1);
        use(mapped, mapped(group), 1);
        return true;
    }

    private static <K> boolean has(Map<K, Integer> limits, @Nullable K key, int wanted) {
        return key == null || limits.getOrDefault(key, Integer.MAX_VALUE) >= wanted;
    }

    private static <K> void use(Map<K, Integer> limits, @Nullable K key, int taken) {
        if (key != null) {
            limits.computeIfPresent(key, (same, free) -> free - taken);
        }
    }
}

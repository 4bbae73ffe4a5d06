package io.caravan.dag.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns of live work and backfills at what both want, so that neither starves the other: of {@value #BACKFILL_ONE_IN} tasks one is a backfill's. The workers, each pool and each workflow's
 * {@code maxActiveTasks} have turns of their own. Pure; remembers its turns. Not thread-safe.
 */
final class Lanes {
    private static final int BACKFILL_ONE_IN = 5;

    static final int LIVE = 0;
    static final int BACKFILL = 1;

    static final Wanted WORKERS = new Wanted(Kind.WORKERS, "");

    /** How many live tasks have gone by since the last backfill's, at most until it is the backfills' turn. */
    private final Map<Wanted, Integer> passed = new HashMap<>();

    enum Kind {
        WORKERS,
        POOL,
        DAG
    }

    /** What tasks want a part of. */
    record Wanted(Kind kind, String name) {}

    /** How many of {@code free} workers backfills may have first; what either leaves, the other may take. */
    int forBackfill(int free) {
        int turns = passed(WORKERS) + free;
        passed.put(WORKERS, turns % BACKFILL_ONE_IN);
        return turns / BACKFILL_ONE_IN;
    }

    /** Whether it is the backfills' turn at all of these. */
    boolean isBackfillsTurn(List<Wanted> wanted) {
        return wanted.stream().allMatch(each -> passed(each) == BACKFILL_ONE_IN - 1);
    }

    /** A task of this lane had its turn at these. */
    void took(int lane, List<Wanted> wanted) {
        for (Wanted each : wanted) {
            passed.put(each, lane == BACKFILL ? 0 : Math.min(passed(each) + 1, BACKFILL_ONE_IN - 1));
        }
    }

    private int passed(Wanted wanted) {
        return passed.getOrDefault(wanted, 0);
    }
}

package io.caravan.dag.engine;

import io.caravan.dag.run.RunState;
import io.caravan.dag.schedule.Tick;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a backfill does about each logical time of its range and why, in the order in which it runs. Pure: a dry run prints it, and a real one carries it out.
 */
public record BackfillPlan(List<Step> steps) {

    /** What is done about one logical time. */
    public enum Action {
        /** A new run. */
        CREATE,
        /** The run that exists runs again, on the newest version of the workflow. */
        REPROCESS,
        /** Nothing. */
        SKIP
    }

    /**
     * One logical time.
     *
     * @param reason why, for people: {@code no run yet}, {@code already exists (success)}, {@code in flight (running)}, {@code reprocess failed}
     */
    public record Step(Tick tick, Action action, String reason) {}

    public BackfillPlan {
        steps = List.copyOf(steps);
    }

    /**
     * Decides.
     *
     * @param ticks of the range, oldest first
     * @param existing the state of each run that the workflow has, by its logical time
     * @throws IllegalArgumentException when the order contradicts {@code dependsOnPast}
     */
    public static BackfillPlan of(
            List<Tick> ticks,
            boolean newestFirst,
            boolean dependsOnPast,
            Reprocess reprocess,
            Map<Instant, RunState> existing) {
        if (newestFirst && dependsOnPast) {
            throw new IllegalArgumentException(
                    "A workflow that depends on its past can't be backfilled newest first, as each run would wait for one that comes after it; backfill it oldest first.");
        }
        List<Step> steps = new ArrayList<>();
        for (Tick tick : ticks) {
            RunState state = existing.get(tick.logicalTime());
            steps.add(state == null ? new Step(tick, Action.CREATE, "no run yet") : step(tick, state, reprocess));
        }
        if (newestFirst) {
            Collections.reverse(steps);
        }
        return new BackfillPlan(steps);
    }

    /** The logical times that are run, in their order. */
    public List<Step> toRun() {
        return steps.stream().filter(step -> step.action() != Action.SKIP).toList();
    }

    private static Step step(Tick tick, RunState state, Reprocess reprocess) {
        if (!state.isFinal()) {
            return new Step(tick, Action.SKIP, "in flight (" + word(state) + ")");
        }
        return reprocess.includes(state)
                ? new Step(tick, Action.REPROCESS, "reprocess " + word(state))
                : new Step(tick, Action.SKIP, "already exists (" + word(state) + ")");
    }

    private static String word(RunState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}

package io.caravan.dag.steering;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.batch.TimeOrderedId;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Params;
import io.caravan.dag.engine.Backfill;
import io.caravan.dag.engine.BackfillPlan;
import io.caravan.dag.engine.BackfillPlan.Action;
import io.caravan.dag.engine.BackfillPlan.Step;
import io.caravan.dag.engine.BackfillRepository;
import io.caravan.dag.engine.Cancelling;
import io.caravan.dag.engine.FollowUp;
import io.caravan.dag.engine.Reprocess;
import io.caravan.dag.engine.Stopped;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.schedule.Tick;
import io.caravan.dag.schedule.Timetable;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a workflow for logical times of the past. A backfill is an object: it lasts until all its runs have ended, and can be paused, resumed and cancelled meanwhile. Nodes make its runs
 * ({@link io.caravan.dag.engine.BackfillDuty}). Safe for any thread.
 */
public final class Backfills {
    private static final int MOST = 100_000;

    private final DagOperations operations;
    private final Clock clock;
    private final Function<DagDefinition, Timetable> timetables;
    private final BackfillRepository backfills;
    private final AuditRepository audit;
    private final Cancelling cancelling;

    /** @param timetables when a workflow's runs are due */
    public Backfills(
            Database database, Clock clock, Definitions definitions, Function<DagDefinition, Timetable> timetables) {
        this.operations = new DagOperations(database, clock, definitions, timetables);
        this.clock = clock;
        this.timetables = timetables;
        this.backfills = new BackfillRepository(database);
        this.audit = new AuditRepository(database);
        this.cancelling = new Cancelling(database, definitions);
    }

    /**
     * What is wanted.
     *
     * @param from first logical time, included
     * @param to last logical time, included
     * @param maxActiveRuns how many of its runs are in progress at once; 1 or more
     * @param params an object; null: the defaults
     */
    public record Wish(
            String dag,
            Instant from,
            Instant to,
            boolean newestFirst,
            Reprocess reprocess,
            int maxActiveRuns,
            @Nullable JsonNode params) {
        public Wish {
            if (from.isAfter(to)) {
                throw new RefusedException(
                        "The backfill's range ends at " + to + ", before it begins at " + from + ".");
            }
            if (maxActiveRuns < 1) {
                throw new RefusedException(
                        "A backfill can't go with " + maxActiveRuns + " runs at once; give 1 or more.");
            }
        }
    }

    /** What a backfill would do about each logical time, and why. */
    public BackfillPlan plan(Wish wish) {
        return plan(operations.active(wish.dag()).definition(), wish, clock.instant());
    }

    private BackfillPlan plan(DagDefinition dag, Wish wish, Instant now) {
        if (dag.timing().filter(timing -> !timing.schedules().isEmpty()).isEmpty()) {
            throw new RefusedException("Workflow '" + wish.dag()
                    + "' has no schedule, so no logical times to backfill. Trigger it instead: caravan dag trigger "
                    + wish.dag());
        }
        List<Tick> ticks = timetables.apply(dag).ofLogicalTimes(wish.from(), wish.to(), MOST + 1);
        if (ticks.size() > MOST) {
            throw new RefusedException("From " + wish.from() + " to " + wish.to() + " are more than " + MOST
                    + " logical times; make the range shorter.");
        }
        try {
            List<Tick> due =
                    ticks.stream().filter(tick -> !tick.dueAt().isAfter(now)).toList();
            BackfillPlan plan = BackfillPlan.of(
                    due,
                    wish.newestFirst(),
                    dag.dependsOnPast(),
                    wish.reprocess(),
                    backfills.existing(wish.dag(), wish.from(), wish.to()));
            return withFuture(plan, ticks, now);
        } catch (IllegalArgumentException e) {
            throw new RefusedException("No backfill was made: " + e.getMessage(), e);
        }
    }

    /** What isn't due is left to the schedule. */
    private static BackfillPlan withFuture(BackfillPlan plan, List<Tick> ticks, Instant now) {
        List<Step> steps = new ArrayList<>(plan.steps());
        ticks.stream()
                .filter(tick -> tick.dueAt().isAfter(now))
                .forEach(tick -> steps.add(new Step(tick, Action.SKIP, "not due before " + tick.dueAt())));
        return new BackfillPlan(steps);
    }

    /** Begins a backfill; the answer is its id. */
    public UUID create(Operator by, Wish wish) {
        return operations.deed(follow -> {
            DagDefinition dag = operations.active(wish.dag()).definition();
            String params = params(dag, wish.params());
            BackfillPlan plan = plan(dag, wish, follow.now());
            if (plan.toRun().isEmpty()) {
                throw new RefusedException("There is nothing to run in that range of "
                        + plan.steps().size()
                        + " logical times, so no backfill was made. With --dry-run it lists each with its reason.");
            }
            Backfill backfill = backfill(by, wish, params, follow.now());
            if (!backfills.insert(backfill, plan.steps())) {
                UUID other = backfills.latest(wish.dag()).map(Backfill::id).orElse(backfill.id());
                throw new RefusedException("Workflow '" + wish.dag() + "' is being backfilled already (" + other
                        + "), so no other backfill was made. Wait until it is done, or: caravan dag backfill cancel "
                        + other);
            }
            audit.record(
                    follow.now(),
                    by,
                    "backfill create",
                    wish.dag(),
                    null,
                    null,
                    backfill.id() + ": " + wish.from() + " to " + wish.to() + ", "
                            + plan.toRun().size() + " of " + plan.steps().size() + " to run");
            return backfill.id();
        });
    }

    private static String params(DagDefinition dag, @Nullable JsonNode given) {
        try {
            return Params.check(dag, given).toString();
        } catch (IllegalArgumentException e) {
            throw new RefusedException("No backfill was made: " + e.getMessage(), e);
        }
    }

    private static Backfill backfill(Operator by, Wish wish, String params, Instant now) {
        return new Backfill(
                TimeOrderedId.at(now),
                wish.dag(),
                wish.from(),
                wish.to(),
                wish.newestFirst(),
                wish.reprocess(),
                wish.maxActiveRuns(),
                params,
                false,
                Backfill.State.RUNNING,
                now,
                by.name(),
                Optional.empty(),
                0,
                0,
                0,
                0,
                0);
    }

    /** Makes no new runs for the time being; those in progress go on. False: it was paused already. */
    public boolean pause(Operator by, UUID id) {
        return setPaused(by, id, true);
    }

    /** Makes runs again. False: it wasn't paused. */
    public boolean resume(Operator by, UUID id) {
        return setPaused(by, id, false);
    }

    private boolean setPaused(Operator by, UUID id, boolean paused) {
        return operations.deed(follow -> {
            Backfill backfill = lock(id);
            boolean changed = backfills.pause(id, paused);
            if (changed) {
                record(follow, by, backfill, paused ? "backfill pause" : "backfill resume");
            }
            return changed;
        });
    }

    /** Makes no more runs, and cancels those that haven't begun; those that run go on. */
    public void cancel(Operator by, UUID id) {
        operations.deed(follow -> {
            Backfill backfill = lock(id);
            String note = by.says(Stopped.CANCELLED);
            backfills.skipPlanned(id, note);
            backfills.end(id, Backfill.State.CANCELLED, follow.now());
            follow.lockWorkflows(List.of(backfill.dag()));
            List<UUID> queued = backfills.queuedRuns(id);
            if (!queued.isEmpty()) {
                cancelling.cancel(follow, queued, note);
            }
            record(follow, by, backfill, "backfill cancel");
            return id;
        });
    }

    private Backfill lock(UUID id) {
        Backfill.State state = backfills
                .lock(id)
                .orElseThrow(
                        () -> new RefusedException("There is no backfill " + id + "; see: caravan dag backfill list"));
        if (state != Backfill.State.RUNNING) {
            throw new RefusedException("Backfill " + id + " has ended (" + state + "), so nothing was changed.");
        }
        return backfills.find(id.toString()).get(0);
    }

    private void record(FollowUp follow, Operator by, Backfill backfill, String action) {
        audit.record(
                follow.now(),
                by,
                action,
                backfill.dag(),
                null,
                null,
                backfill.id().toString());
    }
}

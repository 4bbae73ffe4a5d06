package io.caravan.dag.schedule;

import io.caravan.dag.definition.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which of a workflow's ticks are to be run at a moment, by its {@link io.caravan.dag.definition.CatchUp}. Asking costs by the ticks that it answers and not by those that were missed.
 *
 * @param toRun oldest first
 * @param nextDueAt when to ask again: of the first tick after {@link #toRun}, which lies in the past when the limit cut the list; empty when none will ever come
 */
public record CatchUpPlan(List<Tick> toRun, Optional<Instant> nextDueAt) {
    /** A tick no older than this is on time; {@link io.caravan.dag.definition.CatchUp#NONE} runs it too, so that none is lost to a busy moment or a restart. */
    public static final Duration ON_TIME = Duration.ofMinutes(1);

    public CatchUpPlan {
        toRun = List.copyOf(toRun);
    }

    /**
     * Decides.
     *
     * @param lastDueAt of the newest tick that a run was made of; none when there was no scheduled run yet
     * @param firstSeen when the workflow was first loaded: where it begins if its timing names no start
     * @param limit at most so many ticks at once
     */
    public static CatchUpPlan of(
            Timetable timetable, Optional<Instant> lastDueAt, Instant firstSeen, Instant now, int limit) {
        Timing timing = timetable.timing();
        Instant beginning = timing.start().orElse(firstSeen);
        Instant decided = lastDueAt.orElse(beginning);
        return switch (timing.catchUp()) {
            case ALL -> oldest(timetable, decided, now, limit);
            case LAST -> newest(timetable, decided, now);
            case NONE ->
                oldest(
                        timetable,
                        latest(now.minus(ON_TIME), lastDueAt.orElse(latest(beginning, firstSeen))),
                        now,
                        limit);
        };
    }

    /** Whether a tick is to be run of a workflow that was unpaused at a moment: those that passed before are its catch-up's business. */
    public static boolean owes(Timetable timetable, Tick tick, Instant unpausedAt) {
        return tick.dueAt().isAfter(unpausedAt)
                || switch (timetable.timing().catchUp()) {
                    case ALL -> true;
                    case LAST ->
                        timetable
                                .latest(unpausedAt)
                                .filter(newest -> newest.dueAt().isAfter(tick.dueAt()))
                                .isEmpty();
                    case NONE -> tick.dueAt().isAfter(unpausedAt.minus(ON_TIME));
                };
    }

    private static CatchUpPlan oldest(Timetable timetable, Instant decided, Instant now, int limit) {
        List<Tick> due = timetable.between(decided, now, limit);
        Instant asked = due.isEmpty() ? decided : due.get(due.size() - 1).dueAt();
        return new CatchUpPlan(due, timetable.next(asked).map(Tick::dueAt));
    }

    private static CatchUpPlan newest(Timetable timetable, Instant decided, Instant now) {
        List<Tick> due = timetable.latest(now).filter(tick -> tick.dueAt().isAfter(decided)).stream()
                .toList();
        return new CatchUpPlan(due, timetable.next(latest(now, decided)).map(Tick::dueAt));
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}

package io.caravan.dag.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * By when a workflow's scheduled runs must have succeeded, told by its timetable alone: a deadline falls due whether or not its run was ever made, and also while nobody looked. Immutable.
 *
 * @param allowed after a tick's due time
 */
public record Deadlines(Timetable timetable, Duration allowed) {

    /**
     * The deadline of one tick.
     *
     * @param at when its run must have succeeded
     */
    public record Deadline(Tick tick, Instant at) {}

    public Deadlines {
        if (allowed.isNegative() || allowed.isZero()) {
            throw new IllegalArgumentException(
                    "A deadline of " + allowed + " can't be met; write one above zero, such as 45m.");
        }
    }

    /** The deadlines after {@code after} and at or before {@code until}, oldest first, at most so many. */
    public List<Deadline> between(Instant after, Instant until, int limit) {
        return timetable.between(after.minus(allowed), until.minus(allowed), limit).stream()
                .map(this::deadline)
                .toList();
    }

    /** The first deadline after a moment. */
    public Optional<Deadline> next(Instant after) {
        return timetable.next(after.minus(allowed)).map(this::deadline);
    }

    private Deadline deadline(Tick tick) {
        return new Deadline(tick, tick.dueAt().plus(allowed));
    }
}

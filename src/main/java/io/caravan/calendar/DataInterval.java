package io.caravan.calendar;

import java.time.Instant;
import java.util.Optional;

/**
 * The time that a run's data is from, {@code start} included and {@code end} not: from one tick of its schedule to the next. A run is due when its interval has ended. A run of a
 * workflow without a schedule has an interval without length: the moment of its start.
 */
public record DataInterval(Instant start, Instant end) {
    public DataInterval {
        if (start.isAfter(end)) {
            throw new IllegalArgumentException(
                    "An interval from " + start + " to " + end + " ends before it starts; swap the two.");
        }
    }

    /** The interval without length at a moment. */
    public static DataInterval at(Instant moment) {
        return new DataInterval(moment, moment);
    }

    /** The interval that ends at this tick. */
    public static Optional<DataInterval> endingAt(Schedule schedule, Instant tick) {
        return schedule.previous(tick, false).map(start -> new DataInterval(start, tick));
    }

    /** The latest interval that has ended at {@code now}; what a run by hand is given. */
    public static Optional<DataInterval> latest(Schedule schedule, Instant now) {
        return schedule.previous(now, true).flatMap(tick -> endingAt(schedule, tick));
    }

    /** The interval that begins where this one ends. */
    public Optional<DataInterval> following(Schedule schedule) {
        return schedule.next(end, false).map(next -> new DataInterval(end, next));
    }

    public boolean contains(Instant moment) {
        return !moment.isBefore(start) && moment.isBefore(end);
    }
}

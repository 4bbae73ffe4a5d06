package io.caravan.calendar;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Finds a schedule's last tick before a moment by asking only for next ticks: an ever wider look back, then a few steps forth, then halving. */
final class PreviousTick {
    /** Most schedules tick seldom in the window found; those that don't are halved. */
    private static final int STEPS = 6;

    private static final Duration HUNDRED_YEARS = Duration.ofDays(36_525);

    private PreviousTick() {}

    static Optional<Instant> of(Schedule schedule, Instant from, boolean inclusive) {
        Instant end = inclusive ? from.plusNanos(1) : from;
        for (Duration back = Duration.ofMinutes(1); back.compareTo(HUNDRED_YEARS) < 0; back = back.multipliedBy(4)) {
            Optional<Instant> tick = firstIn(schedule, end.minus(back), end);
            if (tick.isPresent()) {
                return Optional.of(lastIn(schedule, tick.get(), end));
            }
        }
        return firstIn(schedule, end.minus(HUNDRED_YEARS), end).map(tick -> lastIn(schedule, tick, end));
    }

    /** The last tick before {@code end}, given one that may not be the last. */
    private static Instant lastIn(Schedule schedule, Instant tick, Instant end) {
        Instant last = tick;
        for (int step = 0; step < STEPS; step++) {
            Optional<Instant> later = schedule.next(last, false).filter(found -> found.isBefore(end));
            if (later.isEmpty()) {
                return last;
            }
            last = later.get();
        }
        Instant none = end;
        while (Duration.between(last, none).toNanos() > 1) {
            Instant middle = last.plus(Duration.between(last, none).dividedBy(2));
            Optional<Instant> later = firstIn(schedule, middle, none);
            if (later.isPresent()) {
                last = later.get();
            } else {
                none = middle;
            }
        }
        return last;
    }

    private static Optional<Instant> firstIn(Schedule schedule, Instant begin, Instant end) {
        return schedule.next(begin, true).filter(tick -> tick.isBefore(end));
    }
}

package io.caravan.dag.schedule;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.DataInterval;
import io.caravan.calendar.Schedule;
import io.caravan.calendar.SkippedTick;
import io.caravan.dag.definition.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * When a workflow's runs are due, and of which interval each is, as in Airflow: a run is named by its interval's start and is due at its end. Intervals have no gaps, also where a
 * calendar leaves ticks out or moves them: each lasts from the tick before, as it was moved, to its own. Immutable, and a function of its timing and calendar alone.
 */
public final class Timetable {
    private final Timing timing;
    private final Optional<Schedule> schedule;

    /** The first tick at or after the timing's start: where the first interval begins. */
    private final Optional<Instant> firstStart;

    private Timetable(Timing timing, Optional<Schedule> schedule) {
        this.timing = timing;
        this.schedule = schedule;
        this.firstStart = timing.start().flatMap(start -> schedule.flatMap(ticks -> ticks.next(start, true)));
    }

    /**
     * Reads the timing's schedules.
     *
     * @param calendars the calendar of a name; throws IllegalArgumentException, naming the known ones, for any other
     * @throws IllegalArgumentException telling what is wrong and how to mend it
     */
    public static Timetable of(Timing timing, Function<String, BusinessCalendar> calendars) {
        if (timing.schedules().isEmpty()) {
            return new Timetable(timing, Optional.empty());
        }
        Schedule schedule = Schedule.anyOf(timing.schedules().stream()
                .map(text -> Schedule.parse(text, timing.zone()))
                .toList());
        Schedule ticks = timing.calendar()
                .map(calendars)
                .map(calendar -> schedule.onWorkdays(calendar, timing.onHoliday(), timing.zone()))
                .orElse(schedule);
        return new Timetable(timing, Optional.of(ticks));
    }

    public Timing timing() {
        return timing;
    }

    /** The first tick due after a moment; empty when the workflow has no schedule or its end has come. */
    public Optional<Tick> next(Instant after) {
        return intervalAfter(after).map(this::tick);
    }

    /** The ticks due after {@code after} and at or before {@code until}, oldest first, at most so many. */
    public List<Tick> between(Instant after, Instant until, int limit) {
        List<Tick> ticks = new ArrayList<>();
        Optional<DataInterval> interval = intervalAfter(after);
        while (interval.filter(found -> !found.end().isAfter(until)).isPresent() && ticks.size() < limit) {
            ticks.add(tick(interval.get()));
            interval = intervalFollowing(interval.get());
        }
        return ticks;
    }

    /** The newest tick that is due at {@code now}. */
    public Optional<Tick> latest(Instant now) {
        Instant until = timing.end().filter(end -> end.isBefore(now)).orElse(now);
        return schedule.flatMap(ticks -> DataInterval.latest(ticks, until))
                .filter(this::isInBounds)
                .map(this::tick);
    }

    /** A run by hand: of the newest interval that has ended, whatever start and end say; without a schedule of no time at all. */
    public Tick manual(Instant now) {
        return Tick.manual(
                now, schedule.flatMap(ticks -> DataInterval.latest(ticks, now)).orElse(DataInterval.at(now)));
    }

    /** The ticks whose logical times lie from {@code from} to {@code to}, both included, whatever start and end say; what a backfill runs. At most so many. */
    public List<Tick> ofLogicalTimes(Instant from, Instant to, int limit) {
        List<Tick> ticks = new ArrayList<>();
        Optional<DataInterval> interval = schedule.flatMap(each -> each.next(from, true))
                .flatMap(start -> schedule.get().next(start, false).map(end -> new DataInterval(start, end)));
        while (interval.filter(found -> !found.start().isAfter(to)).isPresent() && ticks.size() < limit) {
            ticks.add(tick(interval.get()));
            interval = interval.get().following(schedule.get());
        }
        return ticks;
    }

    /** The ticks that the calendar left out, after {@code after} and until {@code until}, at most so many. */
    public List<SkippedTick> skipped(Instant after, Instant until, int limit) {
        return schedule.map(ticks -> ticks.skipped(after, until, limit)).orElse(List.of());
    }

    private Optional<DataInterval> intervalAfter(Instant after) {
        if (schedule.isEmpty() || (timing.start().isPresent() && firstStart.isEmpty())) {
            return Optional.empty();
        }
        Instant begin = firstStart.filter(start -> start.isAfter(after)).orElse(after);
        return schedule.get().next(begin, false).map(this::intervalEndingAt).filter(this::isInBounds);
    }

    private DataInterval intervalEndingAt(Instant tick) {
        return schedule.flatMap(ticks -> DataInterval.endingAt(ticks, tick)).orElse(DataInterval.at(tick));
    }

    private Optional<DataInterval> intervalFollowing(DataInterval interval) {
        return schedule.flatMap(interval::following).filter(this::isInBounds);
    }

    private boolean isInBounds(DataInterval interval) {
        boolean started = timing.start().filter(interval.start()::isBefore).isEmpty();
        boolean ended = timing.end().filter(interval.end()::isAfter).isPresent();
        return started && !ended;
    }

    private Tick tick(DataInterval interval) {
        return Tick.scheduled(interval, schedule.flatMap(ticks -> ticks.remark(interval.end())));
    }
}

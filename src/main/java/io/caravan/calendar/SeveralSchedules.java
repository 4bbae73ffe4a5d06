package io.caravan.calendar;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Ticks whenever one of several schedules does; ticks that fall together are one. */
record SeveralSchedules(List<Schedule> schedules) implements Schedule {
    SeveralSchedules {
        schedules = List.copyOf(schedules);
        if (schedules.isEmpty()) {
            throw new IllegalArgumentException("No schedule is given; name at least one.");
        }
    }

    @Override
    public Optional<Instant> next(Instant from, boolean inclusive) {
        return schedules.stream()
                .flatMap(schedule -> schedule.next(from, inclusive).stream())
                .min(Comparator.naturalOrder());
    }

    @Override
    public Optional<String> remark(Instant tick) {
        return schedules.stream()
                .filter(schedule ->
                        schedule.next(tick, true).filter(tick::equals).isPresent())
                .flatMap(schedule -> schedule.remark(tick).stream())
                .findFirst();
    }
}

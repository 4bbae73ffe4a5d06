package io.caravan.dag.definition;

import io.caravan.calendar.OnHoliday;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * When a workflow runs by itself. {@link io.caravan.dag.schedule.Timetable} answers what follows from it.
 *
 * @param schedules each as {@link io.caravan.calendar.Schedule} reads it; none: only by hand or when datasets are updated
 * @param zone whose clock on the wall the schedules go by
 * @param start no interval begins before; none: it runs from the first tick on after the workflow was first seen, whenever that tick's interval began
 * @param end no interval ends after
 * @param calendar whose workdays count; a name of {@code config/calendars}
 */
public record Timing(
        List<String> schedules,
        ZoneId zone,
        Optional<Instant> start,
        Optional<Instant> end,
        CatchUp catchUp,
        Optional<String> calendar,
        OnHoliday onHoliday) {
    public Timing {
        schedules = List.copyOf(schedules);
    }

    /** Ticks of one schedule from now on, that nobody catches up with. */
    public static Timing of(String schedule, ZoneId zone) {
        return new Timing(
                List.of(schedule),
                zone,
                Optional.empty(),
                Optional.empty(),
                CatchUp.NONE,
                Optional.empty(),
                OnHoliday.SKIP);
    }
}

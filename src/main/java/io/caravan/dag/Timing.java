package io.caravan.dag;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * When a workflow runs by itself.
 *
 * @param schedules each as {@link io.caravan.calendar.Schedule} reads it; none: only by hand or when datasets are updated
 * @param zone whose clock on the wall the schedules go by
 * @param start no interval begins before
 * @param end no interval ends after
 * @param calendar whose workdays count; a name of {@code config/calendars}
 */
public record Timing(
        List<String> schedules,
        ZoneId zone,
        Instant start,
        Optional<Instant> end,
        CatchUp catchUp,
        Optional<String> calendar,
        OnHoliday onHoliday) {
    public Timing {
        schedules = List.copyOf(schedules);
    }
}

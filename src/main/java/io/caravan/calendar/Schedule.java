package io.caravan.calendar;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A row of moments, its ticks. Immutable, safe for any thread, and a function of its text alone: nothing is remembered between questions.
 *
 * <p>Written as
 *
 * <ul>
 *   <li>cron, of five fields (minute hour day-of-month month day-of-week) or six (second first), with lists, ranges that may wrap (FRI-MON), steps, names, 7 = Sunday, L, L-3, 15W, LW, 5L (last Friday), 5#2 (second Friday). When day of month and day of
 *       week are both restricted, either suffices, as in classic cron.
 *   <li>{@code @yearly, @monthly, @weekly, @daily, @hourly, @every_minute, @every_second} and the synonyms {@code @annually, @midnight}.
 *   <li>{@code every 15m}: whole multiples of an elapsed time since 1970-01-01T00:00Z, whatever the clocks on the wall do.
 *   <li>several of these, separated by semicolons.
 * </ul>
 *
 * <p>When clocks change: a cron expression with {@code *}, {@code /} or {@code -} in its second, minute or hour is an interval and ticks through both passes of an
 * hour that comes twice; a fixed time ticks once, at the first pass. A tick in an hour that is left out ticks once, at that gap's end.
 */
public sealed interface Schedule permits CronSchedule, EverySchedule, SeveralSchedules, WorkdaySchedule {

    /** The first tick after {@code from}, or at it if {@code inclusive}; empty when there is none within a hundred years. */
    Optional<Instant> next(Instant from, boolean inclusive);

    /** Why this tick isn't where the clock on the wall would suggest: moved out of a gap, or one of two passes. Empty for an ordinary tick. */
    Optional<String> remark(Instant tick);

    /** The last tick before {@code from}, or at it if {@code inclusive}; empty when there is none within a hundred years. */
    default Optional<Instant> previous(Instant from, boolean inclusive) {
        return PreviousTick.of(this, from, inclusive);
    }

    /**
     * Reads a schedule.
     *
     * @param zone whose clock on the wall a cron expression goes by
     * @throws IllegalArgumentException telling what is wrong and how to mend it
     */
    static Schedule parse(String text, ZoneId zone) {
        List<Schedule> parts = Arrays.stream(text.split(";", -1))
                .map(part -> parseOne(part.strip(), zone))
                .toList();
        return parts.size() == 1 ? parts.get(0) : new SeveralSchedules(parts);
    }

    /** Ticks whenever one of these does. */
    static Schedule anyOf(List<Schedule> schedules) {
        return new SeveralSchedules(schedules);
    }

    /**
     * These ticks on the workdays of a calendar only.
     *
     * @param zone whose date decides whether a tick lies on a closed day
     */
    default Schedule onWorkdays(BusinessCalendar calendar, OnHoliday onHoliday, ZoneId zone) {
        return new WorkdaySchedule(this, zone, calendar, onHoliday);
    }

    /** The ticks that a calendar left out, after {@code from} and until {@code to}; at most so many. */
    default List<SkippedTick> skipped(Instant from, Instant to, int limit) {
        return List.of();
    }

    private static Schedule parseOne(String text, ZoneId zone) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("every ")) {
            return new EverySchedule(
                    period(text, lower.substring("every ".length()).strip()));
        }
        return new CronSchedule(CronExpression.parse(text), zone);
    }

    private static Duration period(String text, String period) {
        return Durations.parse(period)
                .orElseThrow(() -> new IllegalArgumentException("'" + text
                        + "' names no period; write it such as: every 90s, every 15m, every 1h30m, every 1d."));
    }
}

package io.caravan.calendar;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When somebody is at work: shifts of the week on a zone's clock, but for holidays. Durations are of elapsed time, so that a night shift is an hour shorter or longer when the
 * clocks change. A shift that would begin or end in a gap of the clocks does so at the gap's end; in an hour that comes twice, at its first pass. Immutable.
 *
 * @param name by which workflows and fleets refer to it
 */
public record BusinessCalendar(String name, ZoneId zone, List<Shift> shifts, Holidays holidays) {

    /** So far ahead is searched; ten years of holidays mean that nothing opens any more. */
    private static final int SEARCHED_DAYS = 3653;

    public BusinessCalendar {
        shifts = List.copyOf(shifts);
        if (shifts.isEmpty()) {
            throw new IllegalArgumentException("Calendar '" + name
                    + "' has no shifts, so it never opens; give it one, such as: MON-FRI 08:00-18:00.");
        }
    }

    /** One shift of one day. */
    private record OpenTime(Instant start, Instant end) {
        boolean contains(Instant moment) {
            return !moment.isBefore(start) && moment.isBefore(end);
        }
    }

    /** Whether a shift begins on this date. */
    public boolean isWorkday(LocalDate date) {
        return !holidays.contains(date)
                && shifts.stream().anyMatch(shift -> shift.days().contains(date.getDayOfWeek()));
    }

    /** Why no shift begins on this date; says something only of days that are no workdays. */
    String closedBecause(LocalDate date) {
        return holidays.contains(date)
                ? "a holiday"
                : "a " + date.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
    }

    /** The first workday at or after this date; empty when none comes within ten years. */
    public Optional<LocalDate> workdayFrom(LocalDate date) {
        return date.datesUntil(date.plusDays(SEARCHED_DAYS))
                .filter(this::isWorkday)
                .findFirst();
    }

    /** The last workday at or before this date; empty when there was none within ten years. */
    public Optional<LocalDate> workdayUntil(LocalDate date) {
        return Stream.iterate(date, day -> day.minusDays(1))
                .limit(SEARCHED_DAYS)
                .filter(this::isWorkday)
                .findFirst();
    }

    public boolean isOpen(Instant moment) {
        return openTimes(moment)
                .takeWhile(open -> !open.start().isAfter(moment))
                .anyMatch(open -> open.contains(moment));
    }

    /** The moment itself if open then, else the next opening; empty when none comes within ten years. */
    public Optional<Instant> openFrom(Instant moment) {
        return openTimes(moment).findFirst().map(open -> later(open.start(), moment));
    }

    /** How much of the time from {@code from} to {@code to} is open. */
    public Duration openTime(Instant from, Instant to) {
        Duration sum = Duration.ZERO;
        Instant counted = from;
        for (OpenTime open :
                openTimes(from).takeWhile(open -> open.start().isBefore(to)).toList()) {
            Instant begin = later(open.start(), counted);
            Instant end = open.end().isBefore(to) ? open.end() : to;
            if (begin.isBefore(end)) {
                sum = sum.plus(Duration.between(begin, end));
                counted = end;
            }
        }
        return sum;
    }

    /** When so much open time has passed since {@code from}; empty when it hasn't within ten years. */
    public Optional<Instant> after(Instant from, Duration openTime) {
        if (openTime.isNegative()) {
            throw new IllegalArgumentException("Open time of " + openTime + " can't pass; ask for zero or more.");
        }
        Duration left = openTime;
        Instant counted = from;
        for (var times = openTimes(from).iterator(); times.hasNext(); ) {
            OpenTime open = times.next();
            Instant begin = later(open.start(), counted);
            Duration length = Duration.between(begin, later(open.end(), begin));
            if (left.compareTo(length) <= 0) {
                return Optional.of(begin.plus(left));
            }
            left = left.minus(length);
            counted = later(open.end(), counted);
        }
        return Optional.empty();
    }

    /** The shifts that end after a moment, in the order in which they begin; they may overlap. */
    private Stream<OpenTime> openTimes(Instant moment) {
        LocalDate dayBefore = moment.atZone(zone).toLocalDate().minusDays(1);
        return Stream.iterate(dayBefore, day -> day.plusDays(1))
                .limit(SEARCHED_DAYS)
                .flatMap(this::openTimes)
                .filter(open -> open.end().isAfter(moment));
    }

    private Stream<OpenTime> openTimes(LocalDate date) {
        if (holidays.contains(date)) {
            return Stream.empty();
        }
        return shifts.stream()
                .filter(shift -> shift.days().contains(date.getDayOfWeek()))
                .map(shift -> new OpenTime(
                        WallClock.moment(date.atTime(shift.start()), zone),
                        WallClock.moment((shift.endsNextDay() ? date.plusDays(1) : date).atTime(shift.end()), zone)))
                .filter(open -> open.start().isBefore(open.end()))
                .sorted(Comparator.comparing(OpenTime::start));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}

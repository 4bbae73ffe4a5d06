package io.caravan.calendar;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When somebody is at work: shifts of the week on a zone's clock, but for special days. Durations are of elapsed time, so that a night shift is an hour shorter or longer when the
 * clocks change. A shift that would begin or end in a gap of the clocks does so at the gap's end; in an hour that comes twice, at its first pass. Immutable.
 *
 * @param name by which workflows and fleets refer to it
 * @param specialDays an extra day of work without shifts of its own has those of the week's first day that has some
 * @param halfDayEnd when all shifts of a half day end; those that begin later don't
 */
public record BusinessCalendar(
        String name, ZoneId zone, List<Shift> shifts, SpecialDays specialDays, LocalTime halfDayEnd) {

    /** So far ahead is searched; ten years of holidays mean that nothing opens any more. */
    private static final int SEARCHED_DAYS = 3653;

    public BusinessCalendar {
        shifts = List.copyOf(shifts);
        if (shifts.isEmpty()) {
            throw new IllegalArgumentException("Calendar '" + name
                    + "' has no shifts, so it never opens; give it one, such as: MON-FRI 08:00-18:00.");
        }
    }

    /** Half days end at noon. */
    public BusinessCalendar(String name, ZoneId zone, List<Shift> shifts, SpecialDays specialDays) {
        this(name, zone, shifts, specialDays, LocalTime.NOON);
    }

    /** Monday to Friday from nine to five, for whom no calendar was written. */
    public static BusinessCalendar usual(ZoneId zone) {
        return new BusinessCalendar(
                "usual workdays", zone, List.of(Shift.parse("MON-FRI 09:00-17:00")), SpecialDays.NONE);
    }

    /** One shift of one day. */
    private record OpenTime(Instant start, Instant end) {
        boolean contains(Instant moment) {
            return !moment.isBefore(start) && moment.isBefore(end);
        }
    }

    /** What this date is: what its special day says, unless that only narrows a day of the week that has no shift at all. */
    public DayKind kind(LocalDate date) {
        DayKind kind = specialDays.on(date).map(SpecialDay::kind).orElse(DayKind.WORKDAY);
        boolean opened = hasShift(date.getDayOfWeek())
                || specialDays
                        .on(date)
                        .filter(day -> day.kind() == DayKind.WORKDAY)
                        .isPresent();
        return opened ? kind : DayKind.CLOSED;
    }

    /** Why this date is what it is, such as {@code Easter Monday} or {@code a Saturday}. */
    public String reason(LocalDate date) {
        return specialDays
                .on(date)
                .filter(day -> day.kind() == DayKind.WORKDAY || hasShift(date.getDayOfWeek()))
                .map(SpecialDay::name)
                .orElse("a " + date.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
    }

    /** Whether a shift begins on this date. */
    public boolean isWorkday(LocalDate date) {
        return kind(date) != DayKind.CLOSED;
    }

    private boolean hasShift(DayOfWeek day) {
        return shifts.stream().anyMatch(shift -> shift.days().contains(day));
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

    /** When the first workday after today begins, also where today's work has not begun yet; empty when none comes within ten years. */
    public Optional<Instant> nextWorkday(Instant now) {
        LocalDate tomorrow = LocalDate.ofInstant(now, zone).plusDays(1);
        return openFrom(tomorrow.atStartOfDay(zone).toInstant());
    }

    /** The moment itself if closed then, else when it closes next. One that is open without end closes ten years later. */
    public Instant closedFrom(Instant moment) {
        Instant closed = moment;
        for (var times = openTimes(moment).iterator(); times.hasNext(); ) {
            OpenTime open = times.next();
            if (open.start().isAfter(closed)) {
                break;
            }
            closed = later(open.end(), closed);
        }
        return closed;
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
        DayKind kind = kind(date);
        if (kind == DayKind.CLOSED) {
            return Stream.empty();
        }
        DayOfWeek day = hasShift(date.getDayOfWeek()) ? date.getDayOfWeek() : firstDayWithShift();
        return shifts.stream()
                .filter(shift -> shift.days().contains(day))
                .map(shift -> new OpenTime(
                        WallClock.moment(date.atTime(shift.start()), zone),
                        WallClock.moment(end(date, shift, kind == DayKind.HALF), zone)))
                .filter(open -> open.start().isBefore(open.end()))
                .sorted(Comparator.comparing(OpenTime::start));
    }

    private DayOfWeek firstDayWithShift() {
        return Stream.of(DayOfWeek.values()).filter(this::hasShift).findFirst().orElseThrow();
    }

    private LocalDateTime end(LocalDate date, Shift shift, boolean half) {
        LocalDateTime end = (shift.endsNextDay() ? date.plusDays(1) : date).atTime(shift.end());
        LocalDateTime early = date.atTime(halfDayEnd);
        return half && early.isBefore(end) ? early : end;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}

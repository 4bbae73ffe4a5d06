package io.caravan.calendar;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Another schedule's ticks on the workdays of a calendar. Those of closed days are left out, or move as a whole day to a workday and keep their time on the wall; moved ticks that
 * fall together with another one are one.
 *
 * @param zone whose date a tick belongs to
 */
record WorkdaySchedule(Schedule raw, ZoneId zone, BusinessCalendar calendar, OnHoliday onHoliday) implements Schedule {
    private static final int SEARCHED_YEARS = 100;

    /** The dates whose ticks one workday takes, the workday among them. */
    private record Taken(LocalDate first, LocalDate last) {
        Stream<LocalDate> dates() {
            return first.datesUntil(last.plusDays(1));
        }
    }

    @Override
    public Optional<Instant> next(Instant from, boolean inclusive) {
        Instant after = inclusive ? from.minusNanos(1) : from;
        LocalDate limit = date(after).plusYears(SEARCHED_YEARS);
        Optional<LocalDate> found = workdayFor(date(after));
        while (found.isPresent() && found.get().isBefore(limit)) {
            LocalDate workday = found.get();
            Taken taken = takenBy(workday);
            Optional<Instant> tick = firstOn(workday, taken, after);
            if (tick.isPresent()) {
                return tick;
            }
            LocalDate rest = taken.last().plusDays(1);
            found = raw.next(rest.atStartOfDay(zone).toInstant(), true)
                    .map(later -> date(later).isBefore(rest) ? rest : date(later))
                    .flatMap(this::workdayFor);
        }
        return Optional.empty();
    }

    private Optional<LocalDate> workdayFor(LocalDate date) {
        return onHoliday == OnHoliday.PREVIOUS
                ? calendar.workdayUntil(date).or(() -> calendar.workdayFrom(date))
                : calendar.workdayFrom(date);
    }

    private Taken takenBy(LocalDate workday) {
        return switch (onHoliday) {
            case SKIP -> new Taken(workday, workday);
            case NEXT ->
                new Taken(
                        calendar.workdayUntil(workday.minusDays(1))
                                .map(day -> day.plusDays(1))
                                .orElse(workday),
                        workday);
            case PREVIOUS ->
                new Taken(
                        workday,
                        calendar.workdayFrom(workday.plusDays(1))
                                .map(day -> day.minusDays(1))
                                .orElse(workday));
        };
    }

    private Optional<Instant> firstOn(LocalDate workday, Taken taken, Instant after) {
        return taken.dates()
                .flatMap(date -> firstMoved(date, workday, after).stream())
                .min(Comparator.naturalOrder());
    }

    /** Of one date's ticks the first that, moved to the workday, comes after a moment. Starts at that moment's time on the wall, as a day may have 86,400 ticks. */
    private Optional<Instant> firstMoved(LocalDate date, LocalDate workday, Instant after) {
        LocalDateTime local = after.atZone(zone).toLocalDateTime();
        LocalDateTime begin =
                local.toLocalDate().equals(workday) ? date.atTime(local.toLocalTime()) : date.atStartOfDay();
        Optional<Instant> tick = raw.next(WallClock.moment(begin, zone), true);
        while (tick.filter(found -> date(found).equals(date)).isPresent()) {
            Instant moved = moved(tick.get(), workday);
            if (moved.isAfter(after)) {
                return Optional.of(moved);
            }
            tick = raw.next(tick.get(), false);
        }
        return Optional.empty();
    }

    private Instant moved(Instant tick, LocalDate workday) {
        LocalDateTime local = tick.atZone(zone).toLocalDateTime();
        return local.toLocalDate().equals(workday) ? tick : WallClock.moment(workday.atTime(local.toLocalTime()), zone);
    }

    @Override
    public Optional<String> remark(Instant tick) {
        LocalDate workday = date(tick);
        List<String> closed = takenBy(workday)
                .dates()
                .filter(date -> !date.equals(workday))
                .filter(date -> firstMoved(date, workday, tick.minusNanos(1))
                        .filter(tick::equals)
                        .isPresent())
                .map(this::why)
                .toList();
        boolean ownTick = ticksAt(tick);
        if (closed.isEmpty()) {
            return ownTick ? raw.remark(tick) : Optional.empty();
        }
        String dates = String.join(", ", closed);
        String moved = ownTick
                ? "stands for closed days too: " + dates
                : "moved to the " + (onHoliday == OnHoliday.NEXT ? "next" : "previous") + " workday: " + dates;
        return Optional.of(Stream.concat(Stream.of(moved), ownTick ? raw.remark(tick).stream() : Stream.empty())
                .collect(Collectors.joining("; ")));
    }

    private boolean ticksAt(Instant tick) {
        return raw.next(tick, true).filter(tick::equals).isPresent();
    }

    @Override
    public List<SkippedTick> skipped(Instant from, Instant to, int limit) {
        List<SkippedTick> skipped = new ArrayList<>();
        if (onHoliday != OnHoliday.SKIP) {
            return skipped;
        }
        Optional<Instant> tick = raw.next(from, false);
        while (tick.filter(found -> !found.isAfter(to)).isPresent() && skipped.size() < limit) {
            LocalDate date = date(tick.get());
            Instant onward = tick.get();
            if (calendar.isWorkday(date)) {
                onward = date.plusDays(1).atStartOfDay(zone).toInstant().minusNanos(1);
            } else {
                skipped.add(new SkippedTick(tick.get(), why(date)));
            }
            tick = raw.next(onward.isBefore(tick.get()) ? tick.get() : onward, false);
        }
        return skipped;
    }

    private String why(LocalDate date) {
        return date + " is " + calendar.reason(date) + " in calendar " + calendar.name();
    }

    private LocalDate date(Instant moment) {
        return moment.atZone(zone).toLocalDate();
    }
}

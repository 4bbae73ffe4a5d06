package io.caravan.watch.fleet;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.Shift;
import io.caravan.calendar.files.Calendars;
import io.caravan.watch.detect.DayType;
import io.caravan.watch.detect.SpecialDates;
import io.caravan.watch.detect.Window;
import io.caravan.watch.fleet.ExpectedDay.Expect;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What is expected of a fleet, day by day, by what is written of it and the windows that people have set by hand. */
public final class FleetCalendar implements ExpectedDays {
    private final FleetSettings settings;
    private final List<BusinessCalendar> calendars;
    private final SpecialDates dates;
    private final ZoneId zone;
    private final List<Window> handmade;

    private FleetCalendar(FleetSettings settings, List<BusinessCalendar> calendars, List<Window> handmade) {
        this.handmade = handmade;
        this.settings = settings;
        this.calendars = calendars;
        this.dates = SpecialDates.of(calendars);
        this.zone = Expectations.zone(settings, calendars);
    }

    /**
     * What these settings say.
     *
     * @param handmade windows that people have set by hand
     * @throws IllegalArgumentException when a calendar or the country is unknown
     */
    public static FleetCalendar of(FleetSettings settings, Calendars calendars, List<Window> handmade) {
        return new FleetCalendar(settings, PlaceHolidays.of(settings, calendars), handmade);
    }

    @Override
    public ZoneId zone() {
        return zone;
    }

    @Override
    public List<String> calendars() {
        return calendars.stream().map(BusinessCalendar::name).toList();
    }

    @Override
    public List<ExpectedDay> days(LocalDate from, int count) {
        return Stream.iterate(from, day -> day.plusDays(1))
                .limit(count)
                .map(this::day)
                .toList();
    }

    private ExpectedDay day(LocalDate date) {
        Instant start = date.atStartOfDay(zone).toInstant();
        Instant end = date.plusDays(1).atStartOfDay(zone).toInstant();
        List<Window> windows = windows(start, end);
        List<String> reasons = new ArrayList<>();
        Expect expect = special(date, reasons);
        if (isOffDuty(date)) {
            expect = Expect.NOTHING;
            reasons.add("no shift on a " + date.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH)
                    + ", until the week is learned");
        }
        for (Window window : windows) {
            reasons.add(told(window));
            if (!window.from().isAfter(start) && !window.until().isBefore(end)) {
                expect = Expect.NOTHING;
            }
        }
        addClockChange(start, end, reasons);
        return new ExpectedDay(date, expect, reasons, windows);
    }

    /** The written ones and those set by hand that touch a time, in order. */
    private List<Window> windows(Instant start, Instant end) {
        return Stream.concat(
                        Expectations.windows(settings, start, end, zone).stream(),
                        handmade.stream()
                                .filter(window -> window.from().isBefore(end)
                                        && window.until().isAfter(start)))
                .sorted(Comparator.comparing(Window::from))
                .toList();
    }

    private Expect special(LocalDate date, List<String> reasons) {
        DayType type = dates.typeOn(date);
        dates.nameOn(date).ifPresent(reasons::add);
        if (type == DayType.ORDINARY) {
            return Expect.USUAL;
        }
        if (type == DayType.WEAK) {
            return Expect.LESS; // also of who works on holidays, as the detector has it
        }
        if (settings.worksOnHolidays().orElse(false)) {
            reasons.add("works on holidays");
            return Expect.USUAL;
        }
        return Expect.LITTLE;
    }

    /** Whether there is a written week, and no hour of it lies on this date. */
    private boolean isOffDuty(LocalDate date) {
        return settings.schedule()
                .filter(shifts -> shifts.stream().noneMatch(shift -> touches(shift, date.getDayOfWeek())))
                .isPresent();
    }

    private static boolean touches(Shift shift, DayOfWeek day) {
        boolean intoNextDay = shift.end().isBefore(shift.start()) && shift.end().toSecondOfDay() > 0;
        return shift.days().contains(day) || (intoNextDay && shift.days().contains(day.minus(1)));
    }

    private String told(Window window) {
        String hours = window.from().atZone(zone).toLocalDateTime() + " to "
                + window.until().atZone(zone).toLocalDateTime();
        String kind = window.kind() == Window.Kind.MAINTENANCE ? "maintenance " : "expected silence ";
        return kind + hours.replace('T', ' ') + (window.note().isEmpty() ? "" : ": " + window.note());
    }

    private void addClockChange(Instant start, Instant end, List<String> reasons) {
        ZoneOffsetTransition change = zone.getRules().nextTransition(start.minusMillis(1));
        if (change != null && change.getInstant().isBefore(end)) {
            Duration day = Duration.between(start, end);
            reasons.add("clocks go %s from %s to %s: a day of %d hours"
                    .formatted(
                            change.isGap() ? "forward" : "back",
                            change.getDateTimeBefore().toLocalTime(),
                            change.getDateTimeAfter().toLocalTime(),
                            day.toHours()));
        }
    }
}

package io.caravan.calendar.files;

import io.caravan.calendar.AroundHolidays;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.DayKind;
import io.caravan.calendar.Shift;
import io.caravan.calendar.SpecialDays;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one file says; what it leaves out comes from the calendars that it extends, and else is usual: whole days from Monday to Friday, half days until noon, bridge days and eves weak.
 *
 * @param parents the calendars that it extends, nearest first
 * @param layers special days, of which the first one's word counts
 */
record CalendarRules(
        List<String> parents,
        Optional<ZoneId> zone,
        List<Shift> shifts,
        List<SpecialDays> layers,
        Optional<LocalTime> halfDayEnd,
        Optional<DayKind> bridgeDays,
        Optional<DayKind> eves) {
    private static final Shift WEEKDAYS = Shift.parse("MON-FRI 00:00-24:00");

    CalendarRules {
        parents = List.copyOf(parents);
        shifts = List.copyOf(shifts);
        layers = List.copyOf(layers);
    }

    /** Nothing but special days. */
    static CalendarRules of(List<SpecialDays> layers) {
        return new CalendarRules(
                List.of(), Optional.empty(), List.of(), layers, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** These rules, completed by a parent's; special days of both. */
    CalendarRules extending(CalendarRules parent) {
        List<SpecialDays> all = new ArrayList<>(layers);
        all.addAll(parent.layers);
        return new CalendarRules(
                parents,
                zone.or(parent::zone),
                shifts.isEmpty() ? parent.shifts : shifts,
                all,
                halfDayEnd.or(parent::halfDayEnd),
                bridgeDays.or(parent::bridgeDays),
                eves.or(parent::eves));
    }

    BusinessCalendar calendar(String name) {
        List<Shift> worked = shifts.isEmpty() ? List.of(WEEKDAYS) : shifts;
        Set<DayOfWeek> weekdays =
                worked.stream().flatMap(shift -> shift.days().stream()).collect(Collectors.toSet());
        SpecialDays named = SpecialDays.firstOf(layers);
        SpecialDays around =
                new AroundHolidays(named, weekdays, bridgeDays.orElse(DayKind.WEAK), eves.orElse(DayKind.WEAK));
        return new BusinessCalendar(
                name,
                zone.orElse(ZoneOffset.UTC),
                worked,
                SpecialDays.firstOf(List.of(named, around)),
                halfDayEnd.orElse(LocalTime.NOON));
    }
}

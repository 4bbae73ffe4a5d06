package io.caravan.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;

/**
 * Days of work that are special only by their neighbours: a bridge day lies alone between a holiday and another closed day, an eve before a holiday. A day that is both is a bridge day.
 *
 * @param holidays those that are closed count
 * @param weekdays on which shifts begin
 * @param bridgeDays what they are; {@link DayKind#WORKDAY}: nothing special
 * @param eves what they are
 */
public record AroundHolidays(SpecialDays holidays, Set<DayOfWeek> weekdays, DayKind bridgeDays, DayKind eves)
        implements SpecialDays {
    public AroundHolidays {
        weekdays = Set.copyOf(weekdays);
    }

    @Override
    public Optional<SpecialDay> on(LocalDate date) {
        if (!weekdays.contains(date.getDayOfWeek())) {
            return Optional.empty();
        }
        Optional<SpecialDay> before = holiday(date.minusDays(1));
        Optional<SpecialDay> after = holiday(date.plusDays(1));
        boolean alone = isClosed(date.minusDays(1), before) && isClosed(date.plusDays(1), after);
        if (alone && bridgeDays != DayKind.WORKDAY && (before.isPresent() || after.isPresent())) {
            return Optional.of(new SpecialDay(
                    bridgeDays,
                    "a bridge day at "
                            + before.or(() -> after).map(SpecialDay::name).orElse("")));
        }
        return after.filter(holiday -> eves != DayKind.WORKDAY)
                .map(holiday -> new SpecialDay(eves, "the eve of " + holiday.name()));
    }

    private Optional<SpecialDay> holiday(LocalDate date) {
        return holidays.on(date).filter(day -> day.kind() == DayKind.CLOSED);
    }

    private boolean isClosed(LocalDate date, Optional<SpecialDay> holiday) {
        boolean opened =
                holidays.on(date).filter(day -> day.kind() != DayKind.CLOSED).isPresent();
        return holiday.isPresent() || (!opened && !weekdays.contains(date.getDayOfWeek()));
    }
}

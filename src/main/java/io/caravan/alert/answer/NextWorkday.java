package io.caravan.alert.answer;

import io.caravan.alert.routing.Receiver;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.Shift;
import io.caravan.calendar.SpecialDays;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** When a receiver's next business day begins: by its calendar and the clock of its zone. */
final class NextWorkday {
    private static final List<Shift> USUAL = List.of(Shift.parse("MON-FRI 09:00-17:00"));

    private final Function<String, Optional<BusinessCalendar>> calendars;

    NextWorkday(Function<String, Optional<BusinessCalendar>> calendars) {
        this.calendars = calendars;
    }

    /** After today, even if today's work has not begun yet. */
    Instant after(Instant now, Receiver receiver) {
        ZoneId zone = receiver.zone();
        LocalDate tomorrow = LocalDate.ofInstant(now, zone).plusDays(1);
        return calendar(receiver)
                .openFrom(tomorrow.atStartOfDay(zone).toInstant())
                .orElseGet(() -> now.plus(Duration.ofDays(1)));
    }

    private BusinessCalendar calendar(Receiver receiver) {
        return receiver.answering()
                .calendar()
                .flatMap(calendars)
                .map(written -> new BusinessCalendar(
                        written.name(), receiver.zone(), written.shifts(), written.specialDays(), written.halfDayEnd()))
                .orElseGet(() -> new BusinessCalendar("usual workdays", receiver.zone(), USUAL, SpecialDays.NONE));
    }
}

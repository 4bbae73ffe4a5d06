package io.caravan.alert.answer;

import io.caravan.alert.routing.Receiver;
import io.caravan.calendar.BusinessCalendar;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** When a receiver's next business day begins: by its calendar and the clock of its zone. */
final class NextWorkday {
    private final Function<String, Optional<BusinessCalendar>> calendars;

    NextWorkday(Function<String, Optional<BusinessCalendar>> calendars) {
        this.calendars = calendars;
    }

    /** After today, even if today's work has not begun yet. */
    Instant after(Instant now, Receiver receiver) {
        return calendar(receiver).nextWorkday(now).orElseGet(() -> now.plus(Duration.ofDays(1)));
    }

    private BusinessCalendar calendar(Receiver receiver) {
        return receiver.answering()
                .calendar()
                .flatMap(calendars)
                .map(written -> new BusinessCalendar(
                        written.name(), receiver.zone(), written.shifts(), written.specialDays(), written.halfDayEnd()))
                .orElseGet(() -> BusinessCalendar.usual(receiver.zone()));
    }
}

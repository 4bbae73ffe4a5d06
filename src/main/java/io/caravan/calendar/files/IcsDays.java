package io.caravan.calendar.files;

import biweekly.Biweekly;
import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.property.Status;
import biweekly.util.ICalDate;
import io.caravan.calendar.DayKind;
import io.caravan.calendar.NamedDays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;

/** The whole-day events of an iCalendar file, with their recurrences until 2100; events with a time of day and cancelled ones don't count. */
final class IcsDays {
    private static final LocalDate LAST = LocalDate.of(2100, 1, 1);
    private static final int LONGEST_DAYS = 366;

    private IcsDays() {}

    static NamedDays read(Path file, DayKind kind) throws IOException {
        List<ICalendar> calendars = Biweekly.parse(Files.readString(file)).all();
        if (calendars.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + file.getFileName() + "' holds no VCALENDAR; export it as iCalendar (.ics).");
        }
        Map<LocalDate, String> days = new HashMap<>();
        calendars.stream()
                .flatMap(calendar -> calendar.getEvents().stream())
                .filter(IcsDays::isWholeDays)
                .forEach(event -> add(event, days));
        return new NamedDays(kind, days, Map.of());
    }

    private static boolean isWholeDays(VEvent event) {
        boolean cancelled = Optional.ofNullable(event.getStatus())
                .filter(Status::isCancelled)
                .isPresent();
        return !cancelled && start(event).filter(start -> !start.hasTime()).isPresent();
    }

    private static Optional<ICalDate> start(VEvent event) {
        return Optional.ofNullable(event.getDateStart()).map(start -> start.getValue());
    }

    private static void add(VEvent event, Map<LocalDate, String> days) {
        String name = Optional.ofNullable(event.getSummary())
                .map(summary -> summary.getValue())
                .orElse("an event");
        long length = length(event);
        // Biweekly gives dates as midnight by the clock of this machine
        Iterator<Date> starts = event.getDateIterator(TimeZone.getDefault());
        while (starts.hasNext()) {
            LocalDate start = date(starts.next());
            if (start.isAfter(LAST)) {
                return;
            }
            start.datesUntil(start.plusDays(length)).forEach(date -> days.putIfAbsent(date, name));
        }
    }

    /** An event's end is not part of it; without one it lasts a day. */
    private static long length(VEvent event) {
        long days = start(event)
                .flatMap(start -> Optional.ofNullable(event.getDateEnd())
                        .map(end -> ChronoUnit.DAYS.between(date(start), date(end.getValue()))))
                .or(() -> Optional.ofNullable(event.getDuration())
                        .map(duration -> duration.getValue().toMillis() / 86_400_000))
                .orElse(1L);
        return Math.max(1, Math.min(days, LONGEST_DAYS));
    }

    private static LocalDate date(Date date) {
        return date.toInstant().atZone(ZoneId.systemDefault()).toLocalDate();
    }
}

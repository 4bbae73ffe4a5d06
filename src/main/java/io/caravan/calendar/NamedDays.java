package io.caravan.calendar;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Special days of one kind by their dates.
 *
 * @param dates of one year each, with their names
 * @param yearly of every year, with their names
 */
public record NamedDays(DayKind kind, Map<LocalDate, String> dates, Map<MonthDay, String> yearly)
        implements SpecialDays {
    private static final int LONGEST_RANGE_DAYS = 366;

    public NamedDays {
        dates = Map.copyOf(dates);
        yearly = Map.copyOf(yearly);
    }

    /**
     * Reads dates, {@code 2026-04-06}; ranges, {@code 2026-07-20..2026-08-07}, both ends included; and days of every year, {@code 12-25}. A name may follow each: {@code 12-24 Christmas
     * Eve}.
     *
     * @param unnamed what the others are called
     * @throws IllegalArgumentException telling what is wrong and how to mend it
     */
    public static NamedDays parse(DayKind kind, Collection<String> texts, String unnamed) {
        Map<LocalDate, String> dates = new HashMap<>();
        Map<MonthDay, String> yearly = new HashMap<>();
        for (String text : texts) {
            String[] parts = text.strip().split("\\s+", 2);
            try {
                read(parts[0], parts.length > 1 ? parts[1] : unnamed, dates, yearly);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        "'" + text
                                + "' is no day; write it such as 2026-04-06, 2026-07-20..2026-08-07, or 12-25 for every year, and a name after it if you like.",
                        e);
            }
        }
        return new NamedDays(kind, dates, yearly);
    }

    /** Days on which no shift begins. */
    public static NamedDays closed(Collection<String> texts) {
        return parse(DayKind.CLOSED, texts, "a holiday");
    }

    @Override
    public Optional<SpecialDay> on(LocalDate date) {
        return Optional.ofNullable(dates.get(date))
                .or(() -> Optional.ofNullable(yearly.get(MonthDay.from(date))))
                .map(name -> new SpecialDay(kind, name));
    }

    private static void read(String text, String name, Map<LocalDate, String> dates, Map<MonthDay, String> yearly) {
        int dots = text.indexOf("..");
        if (dots >= 0) {
            addRange(LocalDate.parse(text.substring(0, dots)), LocalDate.parse(text.substring(dots + 2)), name, dates);
        } else if (text.length() == "12-25".length()) {
            yearly.put(MonthDay.parse("--" + text), name);
        } else {
            dates.put(LocalDate.parse(text), name);
        }
    }

    private static void addRange(LocalDate first, LocalDate last, String name, Map<LocalDate, String> dates) {
        if (last.isBefore(first) || first.plusDays(LONGEST_RANGE_DAYS).isBefore(last)) {
            throw new DateTimeException("from " + first + " to " + last + " is no range of up to a year");
        }
        first.datesUntil(last.plusDays(1)).forEach(date -> dates.put(date, name));
    }
}

package io.caravan.calendar;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Days on which no shift begins.
 *
 * @param dates of one year each
 * @param yearly of every year
 */
public record Holidays(Set<LocalDate> dates, Set<MonthDay> yearly) {
    private static final int LONGEST_RANGE_DAYS = 366;

    /** No holidays at all. */
    public static final Holidays NONE = new Holidays(Set.of(), Set.of());

    public Holidays {
        dates = Set.copyOf(dates);
        yearly = Set.copyOf(yearly);
    }

    /** Reads dates, {@code 2026-04-06}; ranges, {@code 2026-07-20..2026-08-07}, both ends included; and days of every year, {@code 12-25}. */
    public static Holidays parse(Collection<String> texts) {
        Set<LocalDate> dates = new HashSet<>();
        Set<MonthDay> yearly = new HashSet<>();
        for (String text : texts) {
            try {
                read(text.strip(), dates, yearly);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        "'" + text
                                + "' is no holiday; write it such as 2026-04-06, 2026-07-20..2026-08-07, or 12-25 for every year.",
                        e);
            }
        }
        return new Holidays(dates, yearly);
    }

    public boolean contains(LocalDate date) {
        return dates.contains(date) || yearly.contains(MonthDay.from(date));
    }

    private static void read(String text, Set<LocalDate> dates, Set<MonthDay> yearly) {
        int dots = text.indexOf("..");
        if (dots >= 0) {
            addRange(LocalDate.parse(text.substring(0, dots)), LocalDate.parse(text.substring(dots + 2)), dates);
        } else if (text.length() == "12-25".length()) {
            yearly.add(MonthDay.parse("--" + text));
        } else {
            dates.add(LocalDate.parse(text));
        }
    }

    private static void addRange(LocalDate first, LocalDate last, Set<LocalDate> dates) {
        if (last.isBefore(first) || first.plusDays(LONGEST_RANGE_DAYS).isBefore(last)) {
            throw new DateTimeException("from " + first + " to " + last + " is no range of up to a year");
        }
        first.datesUntil(last.plusDays(1)).forEach(dates::add);
    }
}

package io.caravan.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** On which dates a cron expression ticks: its days of month and of week. When both are restricted, either suffices. */
record DayRule(Predicate<LocalDate> dayOfMonth, Predicate<LocalDate> dayOfWeek, boolean either) {
    private static final Pattern LAST = Pattern.compile("L(?:-(\\d{1,2}))?(W?)");
    private static final Pattern NEAREST_WORKDAY = Pattern.compile("(\\d{1,2})W");
    private static final Pattern LAST_OF_WEEKDAY = Pattern.compile("([0-7]|[A-Z]{3})L");
    private static final Pattern NTH_OF_WEEKDAY = Pattern.compile("([0-7]|[A-Z]{3})#(.*)");

    static DayRule parse(String dayOfMonth, String dayOfWeek) {
        boolean either = !CronField.isAny(dayOfMonth) && !CronField.isAny(dayOfWeek);
        return new DayRule(anyOf(dayOfMonth, DayRule::dayOfMonth), anyOf(dayOfWeek, DayRule::dayOfWeek), either);
    }

    boolean matches(LocalDate date) {
        return either ? dayOfMonth.test(date) || dayOfWeek.test(date) : dayOfMonth.test(date) && dayOfWeek.test(date);
    }

    private interface Reader {
        Predicate<LocalDate> read(String part);
    }

    private static Predicate<LocalDate> anyOf(String list, Reader reader) {
        List<Predicate<LocalDate>> parts = new ArrayList<>();
        for (String part : list.toUpperCase(Locale.ROOT).split(",", -1)) {
            parts.add(reader.read(part));
        }
        return date -> parts.stream().anyMatch(part -> part.test(date));
    }

    private static Predicate<LocalDate> dayOfMonth(String part) {
        Matcher last = LAST.matcher(part);
        if (last.matches()) {
            int before = last.group(1) == null ? 0 : daysBefore(last.group(1));
            boolean workday = !last.group(2).isEmpty();
            return date -> isNear(date, date.lengthOfMonth() - before, workday);
        }
        Matcher nearest = NEAREST_WORKDAY.matcher(part);
        if (nearest.matches()) {
            int day = CronField.DAY.number(nearest.group(1));
            return date -> isNear(date, day, true);
        }
        BitSet days = CronField.DAY.parse(part);
        return date -> days.get(date.getDayOfMonth());
    }

    private static int daysBefore(String text) {
        int days = Integer.parseInt(text);
        if (days > 30) {
            throw new IllegalArgumentException("'L-" + text + "' is no day of month; write L-1 to L-30.");
        }
        return days;
    }

    /** Whether the date is this day of its month or, of workdays, the nearest to it within the month. */
    private static boolean isNear(LocalDate date, int day, boolean workday) {
        if (day < 1 || day > date.lengthOfMonth()) {
            return false;
        }
        LocalDate target = date.withDayOfMonth(day);
        return date.equals(workday ? nearestWorkday(target) : target);
    }

    private static LocalDate nearestWorkday(LocalDate date) {
        return switch (date.getDayOfWeek()) {
            case SATURDAY -> date.getDayOfMonth() == 1 ? date.plusDays(2) : date.minusDays(1);
            case SUNDAY -> date.getDayOfMonth() == date.lengthOfMonth() ? date.minusDays(2) : date.plusDays(1);
            default -> date;
        };
    }

    private static Predicate<LocalDate> dayOfWeek(String part) {
        if (part.equals("L")) {
            throw new IllegalArgumentException(
                    "'L' alone is no day of week; write 6L for the month's last Saturday, or 6 for every Saturday.");
        }
        Matcher last = LAST_OF_WEEKDAY.matcher(part);
        if (last.matches()) {
            DayOfWeek weekday = weekday(last.group(1));
            return date -> date.equals(date.with(TemporalAdjusters.lastInMonth(weekday)));
        }
        Matcher nth = NTH_OF_WEEKDAY.matcher(part);
        if (nth.matches()) {
            DayOfWeek weekday = weekday(nth.group(1));
            int week = week(part, nth.group(2));
            return date -> date.getDayOfWeek() == weekday && (date.getDayOfMonth() + 6) / 7 == week;
        }
        BitSet weekdays = CronField.WEEKDAY.parse(part);
        return date -> weekdays.get(date.getDayOfWeek().getValue() % 7);
    }

    private static DayOfWeek weekday(String text) {
        int number = CronField.WEEKDAY.number(text);
        return DayOfWeek.of(number == 0 ? 7 : number);
    }

    private static int week(String part, String text) {
        if (!text.matches("[1-5]")) {
            throw new IllegalArgumentException("'" + part + "' names no week of a month; write #1 to #5.");
        }
        return Integer.parseInt(text);
    }
}

package io.caravan.calendar;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hours of work that begin on these days of the week. One that ends at or before its start ends on the next day: 22:00-06:00 is a night shift and belongs to
 * the day on which it begins, 00:00-24:00 is a whole day.
 */
public record Shift(Set<DayOfWeek> days, LocalTime start, LocalTime end) {
    private static final Pattern TEXT = Pattern.compile("(\\S+)\\s+(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d)");

    public Shift {
        days = Set.copyOf(days);
        if (days.isEmpty()) {
            throw new IllegalArgumentException(
                    "A shift from " + start + " to " + end + " has no days; name at least one.");
        }
    }

    /** Reads {@code MON-FRI 06:00-22:00}, {@code SAT,SUN 22:00-06:00} or {@code * 00:00-24:00}. */
    public static Shift parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        try {
            if (matcher.matches()) {
                return new Shift(days(matcher.group(1)), LocalTime.parse(matcher.group(2)), end(matcher.group(3)));
            }
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw refuse(text, e.getMessage() + " ");
        }
        throw refuse(text, "");
    }

    private static IllegalArgumentException refuse(String text, String why) {
        return new IllegalArgumentException("'" + text + "' is no shift: " + why
                + "Write it such as: MON-FRI 06:00-22:00, or SAT,SUN 22:00-06:00.");
    }

    boolean endsNextDay() {
        return !end.isAfter(start);
    }

    private static Set<DayOfWeek> days(String text) {
        BitSet numbers = CronField.WEEKDAY.parse(text);
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        numbers.stream().forEach(number -> days.add(DayOfWeek.of(number == 0 ? 7 : number)));
        return days;
    }

    private static LocalTime end(String text) {
        return text.equals("24:00") ? LocalTime.MIDNIGHT : LocalTime.parse(text);
    }
}

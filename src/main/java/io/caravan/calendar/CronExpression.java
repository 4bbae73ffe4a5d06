package io.caravan.calendar;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A cron expression on a clock that never changes; see {@link Schedule} for what is understood. Immutable. */
final class CronExpression {
    private static final Map<String, String> MACROS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *",
            "@every_minute", "* * * * *",
            "@every_second", "* * * * * *");

    /** After so many years the days of the week and the leap years begin again, but for centuries that lack a leap day. */
    private static final int CYCLE_YEARS = 28;

    private static final int LONGEST_WAIT_YEARS = 100;

    private final String text;
    private final BitSet seconds;
    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet months;
    private final DayRule days;
    private final boolean interval;

    private CronExpression(String text, List<String> fields) {
        this.text = text;
        this.seconds = CronField.SECOND.parse(fields.get(0));
        this.minutes = CronField.MINUTE.parse(fields.get(1));
        this.hours = CronField.HOUR.parse(fields.get(2));
        this.days = DayRule.parse(fields.get(3), fields.get(5));
        this.months = CronField.MONTH.parse(fields.get(4));
        this.interval = fields.subList(0, 3).stream().anyMatch(field -> field.matches(".*[*?/-].*"));
    }

    static CronExpression parse(String text) {
        try {
            CronExpression expression = new CronExpression(text, fields(text));
            expression.refuseImpossible();
            return expression;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Cron expression '" + text + "': " + e.getMessage(), e);
        }
    }

    private static List<String> fields(String text) {
        String trimmed = text.strip().toLowerCase(Locale.ROOT);
        if (trimmed.startsWith("@") && !MACROS.containsKey(trimmed)) {
            throw new IllegalArgumentException("'" + text.strip() + "' is unknown; write one of "
                    + String.join(", ", MACROS.keySet().stream().sorted().toList()) + ".");
        }
        String[] words = MACROS.getOrDefault(trimmed, text.strip()).split("\\s+", -1);
        if (words.length == 5) {
            return List.of("0", words[0], words[1], words[2], words[3], words[4]);
        }
        if (words.length == 6) {
            return List.of(words);
        }
        String cure = words.length == 7 ? " A seventh field, Quartz's year, is not supported; leave it out." : "";
        throw new IllegalArgumentException("has " + (text.isBlank() ? 0 : words.length)
                + " fields; write five (minute hour day month weekday) or six (second first)." + cure);
    }

    /** Whether it ticks through both passes of an hour that comes twice. */
    boolean isInterval() {
        return interval;
    }

    /** The first matching whole second at or after {@code from}; empty when there is none within a hundred years. */
    Optional<LocalDateTime> next(LocalDateTime from) {
        LocalTime time = from.toLocalTime();
        LocalDate end = from.toLocalDate().plusYears(LONGEST_WAIT_YEARS);
        LocalDate date = from.toLocalDate();
        while (date.isBefore(end)) {
            if (!months.get(date.getMonthValue())) {
                date = date.withDayOfMonth(1).plusMonths(1);
                time = LocalTime.MIDNIGHT;
                continue;
            }
            if (days.matches(date)) {
                Optional<LocalTime> found = next(time);
                if (found.isPresent()) {
                    return Optional.of(date.atTime(found.get()));
                }
            }
            date = date.plusDays(1);
            time = LocalTime.MIDNIGHT;
        }
        return Optional.empty();
    }

    boolean matches(LocalDateTime local) {
        return next(local).filter(local::equals).isPresent();
    }

    private Optional<LocalTime> next(LocalTime from) {
        for (int hour = hours.nextSetBit(from.getHour()); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
            boolean sameHour = hour == from.getHour();
            int firstMinute = sameHour ? from.getMinute() : 0;
            for (int minute = minutes.nextSetBit(firstMinute); minute >= 0; minute = minutes.nextSetBit(minute + 1)) {
                int second = seconds.nextSetBit(sameHour && minute == from.getMinute() ? from.getSecond() : 0);
                if (second >= 0) {
                    return Optional.of(LocalTime.of(hour, minute, second));
                }
            }
        }
        return Optional.empty();
    }

    private void refuseImpossible() {
        LocalDate begin = LocalDate.of(2000, 1, 1);
        boolean possible = begin.datesUntil(begin.plusYears(CYCLE_YEARS))
                .anyMatch(date -> months.get(date.getMonthValue()) && days.matches(date));
        if (!possible) {
            throw new IllegalArgumentException(
                    "no month that it names has such a day, so it never ticks; change the day of month or the month.");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CronExpression that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}

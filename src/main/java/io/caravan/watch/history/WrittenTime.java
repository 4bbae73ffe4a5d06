package io.caravan.watch.history;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A moment as people and programs write it: ISO with or without offset, 31/12/2014 5:00 PM, 12/31/2014, 31-DEC-2014 17:00, November 01, 2019 05:00:00 PM, 20141231, 2014123117, seconds or milliseconds since
 * 1970.
 *
 * @param local what the clock on the wall showed; of an instant its time in UTC
 * @param instant whether the text itself says which moment it is
 * @param hasTime whether it names a time of day
 */
record WrittenTime(LocalDateTime local, boolean instant, boolean hasTime) {
    private static final Pattern EPOCH_SECONDS = Pattern.compile("(\\d{9,10})(?:\\.\\d+)?");
    private static final Pattern EPOCH_MILLIS = Pattern.compile("\\d{12,13}");
    private static final Pattern DATE_AND_HOUR = Pattern.compile("(?:19|20)\\d{6}(?:[01]\\d|2[0-3])");
    private static final Pattern COMPACT =
            Pattern.compile("(\\d{4})(\\d{2})(\\d{2})(?:[T ]?(\\d{2})(?::?(\\d{2})(?::?(\\d{2}))?)?)?(Z)?");
    private static final String TIME =
            "(?:(?:\\s*[T,_ ]\\s*|:)(\\d{1,2})(?:[:.h](\\d{2}))?(?::(\\d{2})(?:[.,]\\d+)?)?\\s*([AaPp]\\.?[Mm]\\.?)?)?";
    /** Names of offsets that mean one thing only. */
    private static final Map<String, Integer> OFFSET_NAMES = Map.ofEntries(
            Map.entry("Z", 0),
            Map.entry("UTC", 0),
            Map.entry("GMT", 0),
            Map.entry("WEST", 1),
            Map.entry("CET", 1),
            Map.entry("CEST", 2),
            Map.entry("EET", 2),
            Map.entry("EEST", 3),
            Map.entry("EST", -5),
            Map.entry("EDT", -4),
            Map.entry("CDT", -5),
            Map.entry("MDT", -6),
            Map.entry("PST", -8),
            Map.entry("PDT", -7),
            Map.entry("AEST", 10),
            Map.entry("AEDT", 11));

    private static final String OFFSET = "\\s*(" + String.join("|", OFFSET_NAMES.keySet())
            + "|[+-]\\d{2}:?\\d{2}|[+-]\\d{2})?(?:\\[[A-Za-z_/+-]+\\])?";
    private static final Pattern YEAR_FIRST = Pattern.compile("(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})" + TIME + OFFSET);
    private static final Pattern YEAR_LAST =
            Pattern.compile("(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4}|\\d{2})" + TIME + OFFSET);
    private static final Pattern DAY_NAME_YEAR =
            Pattern.compile("(\\d{1,2})[-/ .]+([A-Za-z]{3,9})\\.?[-/ ,]+(\\d{4}|\\d{2})" + TIME + OFFSET);
    private static final Pattern NAME_DAY_YEAR =
            Pattern.compile("([A-Za-z]{3,9})\\.?[- ]+(\\d{1,2}),?[- ]+(\\d{4})" + TIME + OFFSET);
    private static final Pattern WEEKDAY =
            Pattern.compile("^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\\s+", Pattern.CASE_INSENSITIVE);
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    /** In which order a date of three numbers, year last, is written. */
    enum DateOrder {
        DAY_FIRST,
        MONTH_FIRST
    }

    /** Reads one; empty when it is no time. */
    static Optional<WrittenTime> parse(String text, DateOrder order) {
        try {
            return read(WEEKDAY.matcher(text.strip()).replaceFirst(""), order);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    WrittenTime onNextDay() {
        return new WrittenTime(local.plusDays(1), instant, hasTime);
    }

    /** Whether it is a date of three numbers, year last, so that its order matters; dots are written by people who put the day first. */
    static boolean isOrdered(String text) {
        return text.indexOf('.') < 0 && YEAR_LAST.matcher(text.strip()).matches();
    }

    private static Optional<WrittenTime> read(String text, DateOrder order) {
        Matcher m = EPOCH_SECONDS.matcher(text);
        if (m.matches() && !isDateAndHour(text)) {
            return Optional.of(ofEpoch(Instant.ofEpochSecond(Long.parseLong(m.group(1)))));
        }
        if (EPOCH_MILLIS.matcher(text).matches() && !text.startsWith("20") && !text.startsWith("19")) {
            return Optional.of(ofEpoch(Instant.ofEpochMilli(Long.parseLong(text))));
        }
        m = COMPACT.matcher(text);
        if (m.matches()) {
            LocalDate date = LocalDate.of(number(m, 1), number(m, 2), number(m, 3));
            boolean hasTime = m.group(4) != null;
            LocalTime time = hasTime
                    ? LocalTime.of(
                            number(m, 4), m.group(5) == null ? 0 : number(m, 5), m.group(6) == null ? 0 : number(m, 6))
                    : LocalTime.MIDNIGHT;
            return Optional.of(new WrittenTime(date.atTime(time), m.group(7) != null, hasTime));
        }
        m = YEAR_FIRST.matcher(text);
        if (m.matches()) {
            return Optional.of(of(LocalDate.of(number(m, 1), number(m, 2), number(m, 3)), m, 4));
        }
        m = YEAR_LAST.matcher(text);
        if (m.matches()) {
            boolean dayFirst = order == DateOrder.DAY_FIRST || !isOrdered(text);
            return Optional.of(
                    of(LocalDate.of(year(m.group(3)), number(m, dayFirst ? 2 : 1), number(m, dayFirst ? 1 : 2)), m, 4));
        }
        m = DAY_NAME_YEAR.matcher(text);
        if (m.matches()) {
            return Optional.of(of(LocalDate.of(year(m.group(3)), month(m.group(2)), number(m, 1)), m, 4));
        }
        m = NAME_DAY_YEAR.matcher(text);
        return m.matches()
                ? Optional.of(of(LocalDate.of(number(m, 3), month(m.group(1)), number(m, 2)), m, 4))
                : Optional.empty();
    }

    /** 2025013107: as seconds since 1970 it would be later than 2030, of which there are no counts yet. */
    private static boolean isDateAndHour(String text) {
        if (!DATE_AND_HOUR.matcher(text).matches()) {
            return false;
        }
        int day = Integer.parseInt(text.substring(6, 8));
        int month = Integer.parseInt(text.substring(4, 6));
        int year = Integer.parseInt(text.substring(0, 4));
        return month <= 12
                && month > 0
                && day > 0
                && day <= YearMonth.of(year, month).lengthOfMonth();
    }

    private static WrittenTime ofEpoch(Instant instant) {
        return new WrittenTime(LocalDateTime.ofInstant(instant, ZoneOffset.UTC), true, true);
    }

    /** Time and offset are the groups from {@code first} on. */
    private static WrittenTime of(LocalDate date, Matcher m, int first) {
        String hours = m.group(first);
        if (hours == null) {
            return new WrittenTime(date.atStartOfDay(), false, false);
        }
        int hour = Integer.parseInt(hours);
        int minute = m.group(first + 1) == null ? 0 : number(m, first + 1);
        int second = m.group(first + 2) == null ? 0 : number(m, first + 2);
        if (m.group(first + 3) != null) {
            boolean afternoon = m.group(first + 3).toLowerCase(Locale.ROOT).startsWith("p");
            hour = hour % 12 + (afternoon ? 12 : 0);
        } else if (m.group(first + 1) == null && hours.length() < 2 && m.group(first + 4) == null) {
            throw new DateTimeException("a lone digit is no time of day");
        }
        LocalDateTime local =
                hour == 24 && minute == 0 ? date.plusDays(1).atStartOfDay() : date.atTime(hour, minute, second);
        String offset = m.group(first + 4);
        return offset == null
                ? new WrittenTime(local, false, true)
                : new WrittenTime(local.minusSeconds(offset(offset)), true, true);
    }

    private static long offset(String text) {
        Integer named = OFFSET_NAMES.get(text);
        return named == null ? ZoneOffset.of(text).getTotalSeconds() : named * 3600L;
    }

    private static int number(Matcher m, int group) {
        return Integer.parseInt(m.group(group));
    }

    private static int year(String text) {
        int year = Integer.parseInt(text);
        return text.length() == 2 ? 2000 + year : year;
    }

    /** 1 to 12, by name or number. */
    static int month(String name) {
        if (name.chars().allMatch(Character::isDigit)) {
            return Integer.parseInt(name);
        }
        int month = MONTHS.indexOf(name.substring(0, Math.min(3, name.length())).toLowerCase(Locale.ROOT));
        if (month < 0) {
            throw new DateTimeException("'" + name + "' is no month");
        }
        return month + 1;
    }
}

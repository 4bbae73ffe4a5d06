package io.caravan.watch.history;

import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** A column that says again what the time of its row says, such as its year; told by its heading and its cells. */
enum DatePart {
    YEAR(List.of("year", "yr", "jahr", "jaar"), List.of(LocalDateTime::getYear)),
    QUARTER(List.of("quarter"), List.of(at -> at.get(IsoFields.QUARTER_OF_YEAR))),
    MONTH(List.of("month", "mon", "monat", "maand"), List.of(LocalDateTime::getMonthValue)),
    WEEK(
            List.of("week", "week_of_year", "weekofyear", "isoweek", "iso_week", "woche"),
            List.of(at -> at.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), at -> at.get(ChronoField.ALIGNED_WEEK_OF_YEAR))),
    DAY(
            List.of("day", "mdate", "day_of_month", "dayofmonth", "day_of_year", "dayofyear", "tag", "dag"),
            List.of(
                    LocalDateTime::getDayOfMonth,
                    LocalDateTime::getDayOfYear,
                    DatePart::fromMonday,
                    at -> fromMonday(at) - 1,
                    at -> fromMonday(at) % 7,
                    at -> fromMonday(at) % 7 + 1)),
    WEEKDAY(
            List.of("weekday", "day_of_week", "dayofweek", "dow", "wochentag", "weekdag"),
            List.of(
                    DatePart::fromMonday,
                    at -> fromMonday(at) - 1,
                    at -> fromMonday(at) % 7,
                    at -> fromMonday(at) % 7 + 1)),
    HOUR(
            List.of("hour", "hr", "hour_of_day", "uur", "stunde"),
            List.of(LocalDateTime::getHour, at -> at.getHour() + 1)),
    MINUTE(List.of("minute", "min"), List.of(LocalDateTime::getMinute));

    private static final double MOST = 0.9;

    @SuppressWarnings("ImmutableEnumChecker") // lists of List.of never change
    private final List<String> headings;

    @SuppressWarnings("ImmutableEnumChecker") // nor do functions without state
    private final List<ToIntFunction<LocalDateTime>> values;

    DatePart(List<String> headings, List<ToIntFunction<LocalDateTime>> values) {
        this.headings = headings;
        this.values = values;
    }

    /** One cell, and the time of its row. */
    record Cell(LocalDateTime time, double number) {}

    static Optional<DatePart> named(String heading) {
        String name = heading.strip().toLowerCase(Locale.ROOT).replace(' ', '_');
        return Arrays.stream(values())
                .filter(part -> part.headings.contains(name))
                .findFirst();
    }

    /** Whether nearly all cells are this part of their time. */
    boolean isIn(List<Cell> cells) {
        return !cells.isEmpty() && values.stream().anyMatch(value -> share(cells, value) >= MOST);
    }

    private static double share(List<Cell> cells, ToIntFunction<LocalDateTime> value) {
        return cells.stream()
                        .filter(cell -> value.applyAsInt(cell.time()) == cell.number())
                        .count()
                / (double) cells.size();
    }

    private static int fromMonday(LocalDateTime at) {
        return at.getDayOfWeek().getValue();
    }
}

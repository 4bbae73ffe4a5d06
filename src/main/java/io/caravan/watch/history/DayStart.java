package io.caravan.watch.history;

import io.caravan.watch.history.CsvTable.Row;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * When the day of a date begins in a file that has date and hour in columns of their own. Counters that are read in the morning write 6:00 to 23:00 and then 0:00 to 5:00 of the same date; these hours
 * are of the next day.
 */
final class DayStart {
    private static final int FEWEST_DAYS = 3;
    private static final double MOST = 0.9;

    private DayStart() {}

    /**
     * Midnight, unless day after day the rows of a date begin later and go on past midnight.
     *
     * @param date what rows of the same date and series have in common
     */
    static LocalTime of(List<Row> rows, Function<Row, String> date, Function<Row, Optional<WrittenTime>> time) {
        LocalTime start = LocalTime.MAX;
        LocalTime end = LocalTime.MIN;
        int days = 0;
        int turned = 0;
        for (List<LocalTime> day : days(rows, date, time)) {
            int turn = turn(day);
            if (day.size() > 1) {
                days++;
            }
            if (turn > 0) {
                turned++;
                start = earlier(start, day.get(0));
                end = later(end, day.get(day.size() - 1));
            }
        }
        boolean steady = turned >= FEWEST_DAYS && turned >= MOST * days && end.isBefore(start);
        return steady ? start : LocalTime.MIDNIGHT;
    }

    /** Times of day of rows of the same date, as they follow each other. */
    private static Collection<List<LocalTime>> days(
            List<Row> rows, Function<Row, String> date, Function<Row, Optional<WrittenTime>> time) {
        Map<String, List<LocalTime>> days = new HashMap<>();
        for (Row row : rows) {
            List<LocalTime> day = days.computeIfAbsent(date.apply(row), each -> new ArrayList<>());
            time.apply(row).ifPresent(at -> day.add(at.local().toLocalTime()));
        }
        return days.values();
    }

    /** Where the times go back to the night, the only time that they do; -1 when they don't, or are in no order. */
    private static int turn(List<LocalTime> day) {
        int turn = -1;
        for (int i = 1; i < day.size(); i++) {
            if (day.get(i).isBefore(day.get(i - 1))) {
                if (turn > 0) {
                    return -1;
                }
                turn = i;
            }
        }
        return turn > 0 && day.get(day.size() - 1).isBefore(day.get(0)) ? turn : -1;
    }

    private static LocalTime earlier(LocalTime one, LocalTime other) {
        return one.isBefore(other) ? one : other;
    }

    private static LocalTime later(LocalTime one, LocalTime other) {
        return one.isAfter(other) ? one : other;
    }
}

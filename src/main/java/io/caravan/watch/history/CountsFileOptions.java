package io.caravan.watch.history;

import io.caravan.watch.history.WrittenTime.DateOrder;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * How to read a file of counts; what isn't said is found out.
 *
 * @param zone whose clock the series live by
 * @param written by which clock times without offset are written; usually the same
 * @param time the column of time
 * @param counts the columns of counts
 * @param series the column that names the series
 * @param interval how long a row's interval is
 * @param dayFirst of dates such as 03/04/2015
 * @param absentIsZero whether an interval without a row had no arrivals, else nobody knows
 */
public record CountsFileOptions(
        ZoneId zone,
        ZoneId written,
        Optional<String> time,
        List<String> counts,
        Optional<String> series,
        Optional<Duration> interval,
        Optional<Boolean> dayFirst,
        Optional<Boolean> absentIsZero) {

    public CountsFileOptions {
        counts = List.copyOf(counts);
    }

    /** Everything is found out. */
    public static CountsFileOptions in(ZoneId zone) {
        return new CountsFileOptions(
                zone,
                zone,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same for times without offset that are written by this clock. */
    public CountsFileOptions writtenIn(ZoneId clock) {
        return new CountsFileOptions(zone, clock, time, counts, series, interval, dayFirst, absentIsZero);
    }

    Optional<DateOrder> dateOrder() {
        return dayFirst.map(day -> day ? DateOrder.DAY_FIRST : DateOrder.MONTH_FIRST);
    }
}

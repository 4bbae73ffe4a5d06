package io.caravan.watch.fleet;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/** What is expected day by day, of a fleet or of a merged stream. What patterns have learned of the days of the week is not asked. */
public interface ExpectedDays {
    /** By whose clock its days begin. */
    ZoneId zone();

    /** The names of the calendars that it follows. */
    List<String> calendars();

    /** So many days from a date on. */
    List<ExpectedDay> days(LocalDate from, int count);
}

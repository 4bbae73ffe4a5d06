package io.caravan.cli;

import io.caravan.calendar.Moments;
import io.caravan.calendar.Schedule;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** When a schedule ticks next; asked by a program as a line of zone, cron, from and inclusive, separated by tabs. */
record TickQuestion(Schedule schedule, Instant from, boolean inclusive) {
    private static final Set<String> YES = Set.of("true", "yes", "y", "1", "inclusive");
    private static final Set<String> NO = Set.of("", "false", "no", "n", "0", "exclusive");

    /** Reads such a line; the last column may be missing. */
    static TickQuestion parse(String line) {
        String[] columns = line.split("\t", -1);
        if (columns.length < 3 || columns.length > 4) {
            throw new IllegalArgumentException("The line has " + columns.length
                    + " columns; write zone, cron, from and inclusive (true or false), separated by tabs.");
        }
        ZoneId zone = Moments.zone(columns[0]);
        Schedule schedule = Schedule.parse(columns[1].strip(), zone);
        Instant from = Moments.parse(columns[2], zone);
        return new TickQuestion(schedule, from, columns.length == 4 && isYes(columns[3]));
    }

    private static boolean isYes(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (!YES.contains(word) && !NO.contains(word)) {
            throw new IllegalArgumentException("'" + text + "' is neither yes nor no; write true or false.");
        }
        return YES.contains(word);
    }

    Optional<Instant> answer() {
        return schedule.next(from, inclusive);
    }
}

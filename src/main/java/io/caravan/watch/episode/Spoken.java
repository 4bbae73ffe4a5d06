package io.caravan.watch.episode;

import io.caravan.calendar.Moments;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How moments and durations are written in sentences for people. */
public final class Spoken {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ENGLISH);

    private Spoken() {}

    /** {@code 45 s}, {@code 12 min}, {@code 3 h 20 min}, {@code 5 d 4 h}. */
    public static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        } else if (seconds < 3_600) {
            return seconds / 60 + " min";
        } else if (seconds < 86_400) {
            return seconds / 3_600 + " h" + rest(seconds % 3_600 / 60, "min");
        }
        return seconds / 86_400 + " d" + rest(seconds % 86_400 / 3_600, "h");
    }

    private static String rest(long count, String unit) {
        return count == 0 ? "" : " " + count + " " + unit;
    }

    /** {@code 1,840/h}, {@code 0.4/h}. */
    public static String packetsAnHour(double packets) {
        return packets > 0 && packets < 10
                ? String.format(Locale.ROOT, "%.1f/h", packets)
                : String.format(Locale.ROOT, "%,.0f/h", packets);
    }

    /** {@code 09:12} of the same day, {@code Tue 3 Mar 09:12} within half a year, else {@code 2025-03-03 09:12}. */
    public static String moment(Instant at, Instant now, ZoneId zone) {
        ZonedDateTime local = at.atZone(zone);
        LocalDate today = now.atZone(zone).toLocalDate();
        if (local.toLocalDate().equals(today)) {
            return TIME.format(local);
        }
        boolean near = Duration.between(at, now).abs().compareTo(Duration.ofDays(180)) < 0;
        return (near ? DAY : DATE).format(local);
    }

    /** The same with its zone, unless what it is said beside names that already. */
    public static String momentBeside(String sentence, Instant at, Instant now, ZoneId zone) {
        String moment = moment(at, now, zone);
        return sentence.contains(Moments.name(zone)) ? moment : Moments.inZone(moment, zone);
    }
}

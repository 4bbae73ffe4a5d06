package io.caravan.watch.detect;

import io.caravan.calendar.Shift;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * What to expect of hours of the week that a series hasn't lived through yet: from its written schedule, or from its peers. It fades as each hour is seen.
 */
public final class WeekPrior {
    /** Active minutes an hour, where a schedule doesn't say. */
    private static final double UNKNOWN_RATE = 2;

    private final Source source;
    private final float[] minutes;

    /** Where it comes from. */
    public enum Source {
        SCHEDULE,
        PEERS
    }

    private WeekPrior(Source source, float[] minutes) {
        this.source = source;
        this.minutes = minutes;
    }

    /** Shifts in which two active minutes an hour are expected. */
    public static WeekPrior ofSchedule(Collection<Shift> shifts) {
        return ofSchedule(shifts, UNKNOWN_RATE);
    }

    /** Shifts of the week in local time, and how many packets an hour are expected in them. */
    public static WeekPrior ofSchedule(Collection<Shift> shifts, double packetsPerHour) {
        double rate = HourCount.MINUTES * -Math.expm1(-packetsPerHour / HourCount.MINUTES);
        float[] minutes = new float[LocalHours.WEEK];
        for (int hour = 0; hour < minutes.length; hour++) {
            minutes[hour] = (float) (rate * workedShare(shifts, hour));
        }
        return new WeekPrior(Source.SCHEDULE, minutes);
    }

    /** The mean week of other series, each of which counts the same however large it is, at the size of the smaller half of them. Nothing is expected when no peer is older than a week. */
    public static WeekPrior ofPeers(Collection<Pattern> peers) {
        List<Pattern> old = peers.stream().filter(WeekPrior::hasSeenAWeek).toList();
        float[] minutes = new float[LocalHours.WEEK];
        if (!old.isEmpty()) {
            double[] sizes =
                    old.stream().mapToDouble(Pattern::meanMinutes).sorted().toArray();
            double size = sizes[sizes.length / 4];
            for (int hour = 0; hour < minutes.length; hour++) {
                int at = hour;
                minutes[hour] = (float) old.stream()
                        .mapToDouble(peer -> peer.minutes(at) / peer.meanMinutes() * size)
                        .average()
                        .orElse(0);
            }
        }
        return new WeekPrior(Source.PEERS, minutes);
    }

    public Source source() {
        return source;
    }

    /** Active minutes to expect in an hour of the local week; 0 is Monday 00:00. */
    public double minutes(int hourOfWeek) {
        return minutes[hourOfWeek];
    }

    private static boolean hasSeenAWeek(Pattern peer) {
        boolean seen = true;
        for (int hour = 0; hour < LocalHours.WEEK && seen; hour++) {
            seen = peer.weeks(hour) > 0;
        }
        return seen && peer.meanMinutes() > 0;
    }

    private static double workedShare(Collection<Shift> shifts, int hourOfWeek) {
        int worked = 0;
        for (int minute = 0; minute < HourCount.MINUTES; minute++) {
            int at = hourOfWeek * HourCount.MINUTES + minute;
            worked += shifts.stream().anyMatch(shift -> covers(shift, at)) ? 1 : 0;
        }
        return worked / (double) HourCount.MINUTES;
    }

    private static boolean covers(Shift shift, int minuteOfWeek) {
        int day = 24 * HourCount.MINUTES;
        int week = 7 * day;
        int start = minuteOfDay(shift.start());
        int end = minuteOfDay(shift.end());
        int length = end > start ? end - start : end - start + day;
        return shift.days().stream()
                .map(DayOfWeek::ordinal)
                .anyMatch(weekday -> Math.floorMod(minuteOfWeek - weekday * day - start, week) < length);
    }

    private static int minuteOfDay(LocalTime time) {
        return time.getHour() * HourCount.MINUTES + time.getMinute();
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof WeekPrior prior && source == prior.source && Arrays.equals(minutes, prior.minutes);
    }

    @Override
    public int hashCode() {
        return 31 * source.hashCode() + Arrays.hashCode(minutes);
    }
}

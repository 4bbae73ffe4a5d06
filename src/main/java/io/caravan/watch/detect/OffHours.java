package io.caravan.watch.detect;

import java.util.Arrays;

/** In which hours of a time a member is off, for which part of each. Immutable. */
final class OffHours {
    private final int first;
    private final float[] parts;
    private final boolean none;

    private OffHours(int first, float[] parts, boolean none) {
        this.first = first;
        this.parts = parts;
        this.none = none;
    }

    interface Each {
        void accept(int hour, double part);
    }

    /** By its windows, and on days that are more special to it than to the merged stream. */
    static OffHours of(Expectation member, Expectation merged, int from, int until) {
        float[] parts = new float[until - from];
        boolean none = true;
        for (int hour = from; hour < until; hour++) {
            boolean away = typeIn(member, hour).compareTo(typeIn(merged, hour)) > 0;
            long start = (long) hour * HourCount.SECONDS;
            double part = away ? 1 : 1 - member.watchedShare(start, start + HourCount.SECONDS);
            parts[hour - from] = (float) part;
            none &= part <= 0;
        }
        return new OffHours(from, parts, none);
    }

    private static DayType typeIn(Expectation expectation, int hour) {
        DayType type = expectation
                .specialDates()
                .on(LocalHours.dayOf(expectation.hours().local(hour)))
                .type();
        return type == DayType.HOLIDAY && expectation.worksOnHolidays() ? DayType.ORDINARY : type;
    }

    boolean isNone() {
        return none;
    }

    void forEach(Each each) {
        for (int i = 0; i < parts.length; i++) {
            if (parts[i] > 0) {
                each.accept(first + i, parts[i]);
            }
        }
    }

    @Override
    public String toString() {
        return "OffHours" + Arrays.toString(parts);
    }
}

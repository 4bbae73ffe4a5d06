package io.caravan.watch;

import java.time.DayOfWeek;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A usual week in seven rows of 24 signs, for people: the darker the sign, the more packets. Pure. */
public final class WeekTable {
    private static final String SIGNS = ".:-=+*#%@";
    private static final int HOURS = 24;

    private WeekTable() {}

    /** The most that an hour has. */
    public static double busiest(List<Double> hours) {
        return hours.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    /** Seven rows below a head. Wants 168 numbers, Monday at 00:00 first. */
    public static List<String> lines(List<Double> hours) {
        double most = busiest(hours);
        List<String> lines = new ArrayList<>();
        lines.add("       0     6     12    18");
        for (DayOfWeek day : DayOfWeek.values()) {
            StringBuilder line = new StringBuilder("  ")
                    .append(day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH))
                    .append("  ");
            int first = (day.getValue() - 1) * HOURS;
            hours.subList(first, first + HOURS).forEach(packets -> line.append(sign(packets, most)));
            lines.add(line.toString());
        }
        return lines;
    }

    private static char sign(double packets, double most) {
        if (packets <= 0 || most <= 0) {
            return SIGNS.charAt(0);
        }
        int darkest = SIGNS.length() - 1;
        return SIGNS.charAt(Math.max(1, Math.min(darkest, (int) Math.ceil(darkest * packets / most))));
    }
}

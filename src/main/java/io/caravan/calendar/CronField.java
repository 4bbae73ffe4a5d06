package io.caravan.calendar;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/** The fields of a cron expression: which numbers and names each takes. */
enum CronField {
    SECOND("second", 0, 59, List.of()),
    MINUTE("minute", 0, 59, List.of()),
    HOUR("hour", 0, 23, List.of()),
    DAY("day of month", 1, 31, List.of()),
    MONTH("month", 1, 12, List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
    WEEKDAY("day of week", 0, 6, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));

    private final String title;
    private final int min;
    private final int max;

    @SuppressWarnings("ImmutableEnumChecker") // lists of List.of never change
    private final List<String> names;

    CronField(String title, int min, int max, List<String> names) {
        this.title = title;
        this.min = min;
        this.max = max;
        this.names = names;
    }

    static boolean isAny(String text) {
        return text.equals("*") || text.equals("?");
    }

    /** The numbers of a comma list of {@code *}, numbers, names, ranges and steps. */
    BitSet parse(String text) {
        BitSet values = new BitSet(max + 1);
        for (String part : text.split(",", -1)) {
            add(part, values);
        }
        return values;
    }

    private void add(String part, BitSet values) {
        int slash = part.indexOf('/');
        String range = slash < 0 ? part : part.substring(0, slash);
        int step = slash < 0 ? 1 : step(part.substring(slash + 1));
        if (isAny(range)) {
            addRange(min, max, step, values);
            return;
        }
        int dash = range.indexOf('-', 1);
        int first = number(dash < 0 ? range : range.substring(0, dash));
        int last = dash >= 0 ? number(range.substring(dash + 1)) : slash < 0 ? first : max;
        addRange(first, last, step, values);
    }

    /** A range whose end lies before its begin goes over the turn, as FRI-MON or 22-4 do. */
    private void addRange(int first, int last, int step, BitSet values) {
        int size = max - min + 1;
        int end = last < first ? last + size : last;
        for (int value = first; value <= end; value += step) {
            values.set(min + (value - min) % size);
        }
    }

    private int step(String text) {
        int step = digits(text);
        int most = this == WEEKDAY ? 7 : max;
        if (step < 1 || step > most) {
            throw new IllegalArgumentException(
                    "step '" + text + "' of the " + title + " is out of range 1-" + most + ".");
        }
        return step;
    }

    /** A number of this field or its name; of weekdays 7 is Sunday too, and stays 7 so that 5-7 is a range. */
    int number(String text) {
        int name = names.indexOf(text.toUpperCase(Locale.ROOT));
        int number = name >= 0 ? name + min : digits(text);
        int most = this == WEEKDAY ? 7 : max;
        if (number < min || number > most) {
            String known = names.isEmpty() ? "" : " or " + names.get(0) + "-" + names.get(names.size() - 1);
            throw new IllegalArgumentException(
                    "'" + text + "' is no " + title + "; write " + min + "-" + most + known + ".");
        }
        return number;
    }

    private static int digits(String text) {
        return text.matches("\\d{1,4}") ? Integer.parseInt(text) : -1;
    }
}

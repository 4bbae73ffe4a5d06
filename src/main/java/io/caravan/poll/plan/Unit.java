package io.caravan.poll.plan;

import java.util.Locale;

/** In what an {@link Answer} is counted, and how a person reads it. */
public enum Unit {
    RECORDS("records"),
    RECORDS_PER_SECOND("records/s"),
    CALLS_PER_MINUTE("calls/min"),
    CALLS_PER_HOUR("calls/h"),
    CALLS_PER_DAY("calls/day"),
    COST_PER_HOUR("cost/h"),
    COST_PER_DAY("cost/day"),
    SECONDS("s"),
    MEGABYTES("MB"),
    TIMES("times");

    private final String symbol;

    Unit(String symbol) {
        this.symbol = symbol;
    }

    public String symbol() {
        return symbol;
    }

    /** Such as {@code 416.7 records/s}, {@code 28.8 min}, or {@code never} for an infinite time. */
    public String format(double value) {
        if (Double.isInfinite(value)) {
            return this == SECONDS ? "never" : "without bound";
        }
        return this == SECONDS ? time(value) : number(value) + " " + symbol;
    }

    private String number(double value) {
        int decimals =
                this == COST_PER_HOUR || this == COST_PER_DAY || this == TIMES ? 2 : Math.abs(value) < 1000 ? 1 : 0;
        String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
        return decimals == 1 && text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String time(double seconds) {
        if (seconds < 1) {
            return String.format(Locale.ROOT, "%.0f ms", seconds * 1000);
        }
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.2f s", seconds);
        }
        return seconds < 7200
                ? String.format(Locale.ROOT, "%.1f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
}

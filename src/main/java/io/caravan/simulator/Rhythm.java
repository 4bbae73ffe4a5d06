package io.caravan.simulator;

import java.time.ZonedDateTime;

/** How a fleet's traffic is spread over the week in its own zone; each rhythm's mean over a week is 1. */
public enum Rhythm {
    CONSTANT("111111111111111111111111", "1111111"),
    DAY_SHIFT("000001379998999975310000", "9999910"),
    TWO_SHIFTS("000004899999999999999840", "9999950"),
    NIGHT_SHIFT("999995200000000000000589", "9999722");

    private static final int HOURS_A_WEEK = 7 * 24;

    private final String hours;
    private final String days;
    private final double mean;

    Rhythm(String hours, String days) {
        this.hours = hours;
        this.days = days;
        this.mean = (double) sumOfDigits(hours) * sumOfDigits(days) / HOURS_A_WEEK;
    }

    /** The factor by which the fleet's mean rate is multiplied in the hour of {@code local}. */
    public double factorAt(ZonedDateTime local) {
        int day = digit(days, local.getDayOfWeek().getValue() - 1);
        return day * digit(hours, local.getHour()) / mean;
    }

    private static int digit(String digits, int index) {
        return digits.charAt(index) - '0';
    }

    private static int sumOfDigits(String digits) {
        return digits.chars().map(c -> c - '0').sum();
    }
}

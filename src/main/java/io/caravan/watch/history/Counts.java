package io.caravan.watch.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** How many arrived in each interval of a series, as a file tells it. Immutable. */
public final class Counts {
    private final String name;
    private final long[] starts;
    private final double[] values;
    private final Duration interval;
    private final boolean absentIsZero;

    /**
     * Takes the arrays as its own.
     *
     * @param name of the series
     * @param starts of intervals, in seconds since 1970, ascending
     * @param values how many arrived from the start on, 0 or more
     * @param interval how long each is
     * @param absentIsZero whether an interval that isn't there had none, else nobody knows
     */
    public Counts(String name, long[] starts, double[] values, Duration interval, boolean absentIsZero) {
        if (starts.length == 0 || starts.length != values.length) {
            throw new IllegalArgumentException("Series '" + name + "' has " + starts.length + " moments and "
                    + values.length + " counts; it needs as many of each, and at least one.");
        }
        this.name = name;
        this.starts = starts;
        this.values = values;
        this.interval = interval;
        this.absentIsZero = absentIsZero;
    }

    /** The same intervals with other values. */
    Counts withValues(String other, double[] changed) {
        return new Counts(other, starts, changed, interval, absentIsZero);
    }

    public String name() {
        return name;
    }

    public int size() {
        return starts.length;
    }

    /** Start of an interval in seconds since 1970. */
    public long start(int index) {
        return starts[index];
    }

    public double value(int index) {
        return values[index];
    }

    public Duration interval() {
        return interval;
    }

    public boolean absentIsZero() {
        return absentIsZero;
    }

    public Instant from() {
        return Instant.ofEpochSecond(starts[0]);
    }

    /** The end of the last interval. */
    public Instant until() {
        return Instant.ofEpochSecond(starts[starts.length - 1]).plus(interval);
    }

    /** Mean of an hour, over the intervals that are known. */
    public double perHour() {
        double known = absentIsZero
                ? Duration.between(from(), until()).toSeconds()
                : (double) interval.toSeconds() * starts.length;
        return Arrays.stream(values).sum() / (known / Duration.ofHours(1).toSeconds());
    }
}

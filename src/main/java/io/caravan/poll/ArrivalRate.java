package io.caravan.poll;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How fast records arrive at the provider, learned from the last {@value #REMEMBERED} observations "so many records in such a time".
 * The rate is the mean of the middle half of them (the interquartile mean), so that a burst or a silence that is the exception doesn't move it, while a
 * lasting change is learned within {@value #REMEMBERED} observations. Immutable; {@link #toText()} and {@link #parse} carry it over a restart.
 */
public record ArrivalRate(List<Observation> observations) {

    private static final int REMEMBERED = 12;

    /** Makes the median of absolute deviations an estimate of a standard deviation, as for a normal distribution. */
    private static final double DEVIATION_OF_MEDIAN = 1.4826;

    /** Nothing observed yet; the rate is zero. */
    public static final ArrivalRate UNKNOWN = new ArrivalRate(List.of());

    public ArrivalRate {
        observations = List.copyOf(observations);
    }

    /** So many records arrived in such a (positive) time. */
    public record Observation(long records, Duration elapsed) {
        public Observation {
            if (records < 0 || elapsed.isZero() || elapsed.isNegative()) {
                throw new IllegalArgumentException(
                        records + " records in " + elapsed + " is no observation of a rate.");
            }
        }

        double seconds() {
            return elapsed.toNanos() / 1e9;
        }

        double perSecond() {
            return records / seconds();
        }
    }

    public ArrivalRate observe(long records, Duration elapsed) {
        List<Observation> latest = new ArrayList<>(observations);
        latest.add(new Observation(records, elapsed));
        return new ArrivalRate(latest.subList(Math.max(0, latest.size() - REMEMBERED), latest.size()));
    }

    /** How long the remembered observations lasted together; zero while nothing is known. */
    public Duration observed() {
        return observations.stream().map(Observation::elapsed).reduce(Duration.ZERO, Duration::plus);
    }

    /** Records per second; zero while nothing is known. */
    public double perSecond() {
        int cut = observations.size() / 4;
        List<Observation> middle = observations.stream()
                .sorted(Comparator.comparingDouble(Observation::perSecond))
                .skip(cut)
                .limit(observations.size() - 2L * cut)
                .toList();
        double seconds = middle.stream().mapToDouble(Observation::seconds).sum();
        return seconds == 0
                ? 0
                : middle.stream().mapToLong(Observation::records).sum() / seconds;
    }

    /**
     * The standard deviation of the number of records in a time in which {@code expected} are expected: zero for a steady stream, about
     * {@code sqrt(expected)} for independent arrivals, more for bursts. Robust as the rate is, because taken from the median.
     */
    public double deviation(double expected) {
        double rate = perSecond();
        if (rate == 0) {
            return 0;
        }
        double[] errors = observations.stream()
                .mapToDouble(
                        seen -> Math.abs(seen.records() - rate * seen.seconds()) / Math.sqrt(rate * seen.seconds()))
                .sorted()
                .toArray();
        return DEVIATION_OF_MEDIAN * errors[errors.length / 2] * Math.sqrt(expected);
    }

    /** The observations as {@code records@nanoseconds}, separated by blanks, oldest first; empty while nothing is known. */
    public String toText() {
        return String.join(
                " ",
                observations.stream()
                        .map(seen -> seen.records() + "@" + seen.elapsed().toNanos())
                        .toList());
    }

    /** What {@link #toText()} wrote. */
    public static ArrivalRate parse(String text) {
        return new ArrivalRate(Arrays.stream(text.strip().split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .map(ArrivalRate::observation)
                .toList());
    }

    private static Observation observation(String word) {
        int at = word.indexOf('@');
        try {
            return new Observation(
                    Long.parseLong(word.substring(0, at)), Duration.ofNanos(Long.parseLong(word.substring(at + 1))));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "'" + word
                            + "' is not an observed arrival rate; it reads like 250@1250000000 (records@nanoseconds).",
                    e);
        }
    }
}

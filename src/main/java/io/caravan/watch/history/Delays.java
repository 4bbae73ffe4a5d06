package io.caravan.watch.history;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How long made-up silences took to be found. One that wasn't found at all counts as an endless delay.
 *
 * @param trials how many there were
 * @param medianMinutes infinite when less than half were found
 * @param p95Minutes infinite when fewer were found
 * @param within4Hours which part was
 * @param within24Hours which part was
 */
public record Delays(int trials, double medianMinutes, double p95Minutes, double within4Hours, double within24Hours) {

    public static Delays of(List<InjectedSilence> silences) {
        double[] minutes = silences.stream()
                .mapToDouble(silence -> silence.delay()
                        .map(delay -> Math.max(0, delay.toSeconds() / 60.0))
                        .orElse(Double.POSITIVE_INFINITY))
                .sorted()
                .toArray();
        return new Delays(
                minutes.length,
                quantile(minutes, 0.5),
                quantile(minutes, 0.95),
                share(minutes, Duration.ofHours(4)),
                share(minutes, Duration.ofHours(24)));
    }

    private static double quantile(double[] sorted, double part) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, part * sorted.length)];
    }

    private static double share(double[] sorted, Duration limit) {
        long found = Arrays.stream(sorted)
                .filter(minutes -> minutes <= limit.toMinutes())
                .count();
        return sorted.length == 0 ? Double.NaN : found / (double) sorted.length;
    }
}

package io.caravan.poll.plan;

/** The standard normal distribution. */
final class Normal {
    private Normal() {}

    /** The share above {@code z} (Abramowitz and Stegun 26.2.17; error below 1e-7). */
    static double above(double z) {
        if (z < 0) {
            return 1 - above(-z);
        }
        double t = 1 / (1 + 0.2316419 * z);
        double sum = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * sum;
    }
}

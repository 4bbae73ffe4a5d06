package io.caravan.watch.detect;

/** Tails of the negative binomial and the binomial distribution by the regularized incomplete beta function (DLMF 8.17.22, a continued fraction; Lanczos' logarithm of the Gamma function). */
final class Probabilities {
    private static final double[] LANCZOS = {
        676.5203681218851,
        -1259.1392167224028,
        771.3234287776531,
        -176.6150291621406,
        12.507343278686905,
        -0.13857109526572012,
        9.984369578019572e-6,
        1.5056327351493116e-7
    };
    private static final int MOST_TERMS = 10_000;
    private static final double TINY = 1e-300;

    private Probabilities() {}

    /** The chance of at most {@code count}, which need not be whole, of a Gamma mixture of Poisson streams with this shape and mean. */
    static double atMost(double count, double shape, double mean) {
        return mean <= 0 ? 1 : incompleteBeta(shape, count + 1, shape / (shape + mean));
    }

    /** The chance that of so many trials at least {@code hits} hit. */
    static double atLeast(int hits, int trials, double chance) {
        return hits <= 0 ? 1 : hits > trials ? 0 : incompleteBeta(hits, trials - hits + 1.0, chance);
    }

    static double incompleteBeta(double a, double b, double x) {
        if (x <= 0) {
            return 0;
        }
        if (x >= 1) {
            return 1;
        }
        double front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
        return x < (a + 1) / (a + b + 2) ? front * fraction(a, b, x) / a : 1 - front * fraction(b, a, 1 - x) / b;
    }

    /** Lentz's evaluation. */
    private static double fraction(double a, double b, double x) {
        double c = 1;
        double d = 1 / nonZero(1 - (a + b) * x / (a + 1));
        double result = d;
        for (int m = 1; m < MOST_TERMS; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / nonZero(1 + even * d);
            c = nonZero(1 + even / c);
            result *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / nonZero(1 + odd * d);
            c = nonZero(1 + odd / c);
            result *= d * c;
            if (Math.abs(d * c - 1) < 1e-12) {
                break;
            }
        }
        return result;
    }

    private static double nonZero(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    static double logGamma(double x) {
        double sum = 0.9999999999998099;
        for (int i = 0; i < LANCZOS.length; i++) {
            sum += LANCZOS[i] / (x + i);
        }
        double t = x + LANCZOS.length - 1.5;
        return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
    }
}

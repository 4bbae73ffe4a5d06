package io.caravan.poll.plan;

import java.util.Arrays;
import java.util.Random;

/** When records become available at a simulated provider. Seconds count from the simulation's begin. */
interface Arrivals {

    /** How many have become available until then. */
    long until(double seconds);

    /** When the record with this number, counted from 0, becomes available. */
    double timeOf(long number);

    /** Evenly spaced for ever. */
    static Arrivals steady(double perSecond) {
        return burst(0, perSecond, Long.MAX_VALUE);
    }

    /** None until {@code start}, then {@code records} evenly spaced, then none. */
    static Arrivals burst(double start, double perSecond, long records) {
        return new Arrivals() {
            @Override
            public long until(double seconds) {
                // the millionth of a record forgives the rounding of binary fractions
                return Math.max(0, Math.min(records, (long) Math.floor((seconds - start) * perSecond + 1e-6)));
            }

            @Override
            public double timeOf(long number) {
                return start + (number + 1) / perSecond;
            }
        };
    }

    /** Independent of one another (a Poisson process), until {@code seconds}. Deterministic by seed. */
    static Arrivals random(double perSecond, double seconds, long seed) {
        Random random = new Random(seed);
        double[] times = new double[(int) Math.ceil(perSecond * seconds)];
        double time = 0;
        for (int i = 0; i < times.length; i++) {
            time -= Math.log1p(-random.nextDouble()) / perSecond;
            times[i] = time;
        }
        return new Arrivals() {
            @Override
            public long until(double at) {
                int found = Arrays.binarySearch(times, at);
                return found >= 0 ? found + 1L : -found - 1L;
            }

            @Override
            public double timeOf(long number) {
                return times[(int) number];
            }
        };
    }
}

package io.caravan.simulator;

import java.util.SplittableRandom;

/** Chance that is the same again for the same seed and place, in any order of asking. */
record Dice(long seed) {
    /** Dice for one place, such as a second and a fleet. */
    SplittableRandom at(long place, long detail) {
        return new SplittableRandom(mix(mix(seed ^ place * 0x9E3779B97F4A7C15L) + detail));
    }

    /** A number from 0 to below 1. */
    double share(long place, long detail) {
        return (mix(mix(seed ^ place * 0x9E3779B97F4A7C15L) + detail) >>> 11) * 0x1.0p-53;
    }

    /** A whole number whose mean is {@code expected}. */
    int round(double expected, long place, long detail) {
        return (int) (expected + share(place, detail));
    }

    // the finalizer of MurmurHash3: every bit of the input moves every bit of the output
    private static long mix(long value) {
        long z = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return z ^ (z >>> 33);
    }
}

package io.caravan.watch.detect;

/** Numbers of 0 and more in 16 or 12 bits: exponent and mantissa as in IEEE 754, without sign. Relative errors of 2^-11 and 2^-8; what is too small becomes 0, what is too large the largest. */
final class SmallFloats {
    private static final int WIDE_SHIFT = 13;
    private static final int WIDE_BIAS = (127 - 24) << 10;
    private static final int NARROW_SHIFT = 16;
    private static final int NARROW_BIAS = (127 - 6) << 7;

    private SmallFloats() {}

    static char wide(float value) {
        return (char) Math.max(0, Math.min(0xFFFF, rounded(value, WIDE_SHIFT) - WIDE_BIAS));
    }

    static float ofWide(char bits) {
        return bits == 0 ? 0 : Float.intBitsToFloat((bits + WIDE_BIAS) << WIDE_SHIFT);
    }

    static int narrow(float value) {
        return Math.max(0, Math.min(0xFFF, rounded(value, NARROW_SHIFT) - NARROW_BIAS));
    }

    static float ofNarrow(int bits) {
        return bits == 0 ? 0 : Float.intBitsToFloat((bits + NARROW_BIAS) << NARROW_SHIFT);
    }

    private static int rounded(float value, int shift) {
        return (Float.floatToIntBits(Math.max(0, value)) + (1 << (shift - 1))) >>> shift;
    }
}

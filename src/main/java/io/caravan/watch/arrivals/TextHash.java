package io.caravan.watch.arrivals;

/** A 64-bit hash of a text that is read once. Two different texts have the same once in 10^19 pairs. */
final class TextHash {
    /** An odd number without pattern, and its powers. */
    private static final long P = 0x9E37_79B9_7F4A_7C15L;

    private static final long P2 = 0xDF44_2D22_CE48_59B9L;
    private static final long P3 = 0x604A_5CE3_ADDE_F82DL;
    private static final long P4 = 0xD943_63FC_5382_27B1L;

    private TextHash() {}

    /** Of four letters at once, since each step waits for the one before. */
    static long of(String text) {
        int length = text.length();
        long hash = length;
        int at = 0;
        for (; at + 3 < length; at += 4) {
            hash = hash * P4
                    + text.charAt(at) * P3
                    + text.charAt(at + 1) * P2
                    + text.charAt(at + 2) * P
                    + text.charAt(at + 3);
        }
        for (; at < length; at++) {
            hash = hash * P + text.charAt(at);
        }
        return mix(hash);
    }

    /** Finalizer of MurmurHash3: every bit of the value moves every bit of the answer. */
    static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
        return mixed ^ (mixed >>> 33);
    }
}

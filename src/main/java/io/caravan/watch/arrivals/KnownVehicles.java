package io.caravan.watch.arrivals;

import java.util.Arrays;

/**
 * Which vehicles are known to be counted in which hour, so that each is written once an hour and not with each packet. A bounded memory of 64-bit fingerprints, of which two
 * different ones are equal once in 10^19 pairs; what it forgets is written once more, without harm. Safe for all threads.
 */
public final class KnownVehicles {
    private final int most;
    private Generation young;
    private Generation old;

    /** @param most how many are remembered at least; twice as many at most, of 16 bytes each */
    public KnownVehicles(int most) {
        this.most = most;
        this.young = new Generation(most);
        this.old = new Generation(0);
    }

    /** What the {@linkplain TextHash hash} of a vehicle's name is combined with: one for each hour of a series. */
    static long seed(long series, long hour) {
        return TextHash.mix(series * 0x9E37_79B9_7F4A_7C15L + hour);
    }

    /**
     * @param seed of the {@linkplain #seed series and hour}
     * @param vehicle the {@linkplain TextHash hash} of its name
     */
    static long fingerprint(long seed, long vehicle) {
        long fingerprint = seed ^ vehicle;
        return fingerprint == 0 ? 1 : fingerprint;
    }

    synchronized boolean contains(long fingerprint) {
        return young.contains(fingerprint) || old.contains(fingerprint);
    }

    /** Sets those of the first {@code count} fingerprints to 0 that are known; whether any other is left. */
    synchronized boolean forgetKnown(long[] fingerprints, int count) {
        boolean left = false;
        for (int i = 0; i < count; i++) {
            if (contains(fingerprints[i])) {
                fingerprints[i] = 0;
            } else {
                left = true;
            }
        }
        return left;
    }

    /** Call it when they are committed. */
    public synchronized void add(long[] fingerprints) {
        for (long fingerprint : fingerprints) {
            if (young.size == most) {
                old = young;
                young = new Generation(most);
            }
            young.add(fingerprint);
        }
    }

    /** A set with open addressing, at most half full; 0 is a free place. */
    private static final class Generation {
        private static final int SMALLEST = 1 << 10;

        private final int most;
        private long[] places = new long[0];
        private int size;

        Generation(int most) {
            this.most = most;
        }

        boolean contains(long fingerprint) {
            return places.length > 0 && places[place(fingerprint)] == fingerprint;
        }

        void add(long fingerprint) {
            if (2 * size >= places.length) {
                grow();
            }
            int place = place(fingerprint);
            if (places[place] == 0) {
                places[place] = fingerprint;
                size++;
            }
        }

        private void grow() {
            long[] before = places;
            int wanted = Math.min(before.length * 2, Integer.highestOneBit(most) << 2);
            places = new long[Math.max(SMALLEST, wanted)];
            Arrays.stream(before).filter(known -> known != 0).forEach(known -> places[place(known)] = known);
        }

        private int place(long fingerprint) {
            int mask = places.length - 1;
            int place = (int) fingerprint & mask;
            while (places[place] != 0 && places[place] != fingerprint) {
                place = (place + 1) & mask;
            }
            return place;
        }
    }
}

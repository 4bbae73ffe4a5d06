package io.caravan.watch;

import java.util.Arrays;

/** A column of numbers that grows. */
final class LongColumn {
    private static final int FIRST = 64;

    private long[] values = new long[FIRST];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    long[] toArray() {
        return Arrays.copyOf(values, size);
    }
}

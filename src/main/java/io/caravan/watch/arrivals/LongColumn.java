package io.caravan.watch.arrivals;

import java.util.Arrays;

/** A column of numbers that grows. */
final class LongColumn {
    private static final int LEAST = 4;

    private long[] values;
    private int size;

    /** @param expected how many numbers it will hold, more or less */
    LongColumn(int expected) {
        values = new long[Math.max(LEAST, expected)];
    }

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    /** To be asked last: it may be the column itself. */
    long[] toArray() {
        return size == values.length ? values : Arrays.copyOf(values, size);
    }
}

package io.caravan.watch.history;

/**
 * What one row says of a moment of a series.
 *
 * @param line where it stands in the file, from 1
 */
record Counted(double value, int line) {

    /** Both together, where the first stands. */
    Counted plus(Counted other) {
        return new Counted(value + other.value, line);
    }
}

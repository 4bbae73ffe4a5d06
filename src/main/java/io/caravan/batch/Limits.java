package io.caravan.batch;

/**
 * How far a record may go before it is refused. The defaults leave room for anything a device says and none for a bomb: {@code 1e130000} would
 * become 130,001 digits in the database.
 *
 * @param depth how deep objects and arrays may be nested, the record itself being depth 1; default 100
 * @param digits how many characters one number may have; default 1,000
 * @param exponent how far the decimal point of a number may lie from its first digit, to either side; default 400, more than a double can hold
 */
public record Limits(int depth, int digits, int exponent) {
    public static final Limits DEFAULT = new Limits(100, 1_000, 400);

    public Limits {
        requireWithin("depth", depth, 1_000);
        requireWithin("digits", digits, 100_000);
        requireWithin("exponent", exponent, 100_000);
    }

    private static void requireWithin(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("Limit '%s' is %d; give 1 to %d.".formatted(name, value, most));
        }
    }
}

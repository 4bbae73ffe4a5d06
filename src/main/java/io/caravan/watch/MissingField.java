package io.caravan.watch;

/** What becomes of a batch that holds records without fleet or time. */
public enum MissingField {
    /** They are counted apart, told in a metric and at debug level, and the others count. */
    count,
    /** The batch fails. */
    fail
}

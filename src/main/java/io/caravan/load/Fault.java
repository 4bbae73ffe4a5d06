package io.caravan.load;

import org.jspecify.annotations.Nullable;

/**
 * One demand of a table that a record can fail, as the promotion's statement numbers them.
 *
 * @param place of the staged column that PostgreSQL is asked about for a message of its own; -1: {@code message} says all
 * @param message for people
 */
record Fault(Reason reason, @Nullable String column, int place, String message) {}

package io.caravan.load;

import io.caravan.batch.RawRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record that could not be loaded, and why.
 *
 * @param place its place in the batch, from 0
 * @param column the column at fault, where it is one
 * @param message for people: the value and what is wrong with it
 */
public record Rejection(
        int place,
        RawRecord record,
        Reason reason,
        @Nullable String column,
        String message) {}

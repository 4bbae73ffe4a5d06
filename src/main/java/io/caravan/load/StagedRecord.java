package io.caravan.load;

import io.caravan.batch.RawRecord;
import org.jspecify.annotations.Nullable;

/**
 * One record on its way into the table: a text for each column of the contract, as PostgreSQL would read it.
 *
 * @param place its place in the batch, from 0
 * @param values by the place of the column in the contract; null is NULL
 * @param present whether the record has a field for the column; if not, the column's default holds
 */
@SuppressWarnings(
        "ArrayRecordComponent") // two small arrays a record, never compared: lists would double the cost of a batch
record StagedRecord(int place, RawRecord raw, @Nullable String[] values, boolean[] present) {

    /** About how many bytes it adds to a statement. */
    long weight() {
        long bytes = 16;
        for (String value : values) {
            bytes += value == null ? 1 : value.length();
        }
        return bytes;
    }
}

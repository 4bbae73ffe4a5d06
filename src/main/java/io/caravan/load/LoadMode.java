package io.caravan.load;

/** What happens to a record whose unique key is in the table already. */
public enum LoadMode {
    /** The row that is there stays; the record is logged as a duplicate. Safe to repeat. The default. */
    insert,
    /** The row takes over the fields that the record has; the last of several records of one key in a batch wins. */
    upsert,
    /** The table's rows are deleted first, in the same transaction, so that it holds this load and nothing else. */
    replace,
    /** Every record is meant to be a new row; one whose key is there already is rejected, not taken for a repeat. */
    append
}

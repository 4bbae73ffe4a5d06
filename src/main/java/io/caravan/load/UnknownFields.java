package io.caravan.load;

/** What happens to a field that no column takes. */
public enum UnknownFields {
    /** It is left out, warned of once and counted. The default. */
    ignore,
    /** The record is rejected. */
    reject
}

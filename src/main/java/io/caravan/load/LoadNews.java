package io.caravan.load;

/** What a route that starts at {@code load:} hears of. */
public enum LoadNews {
    /** Each batch's report. The default. */
    loaded,
    /** Each batch's rejected records. */
    rejected
}

package io.caravan.batch;

/** Names of the Camel message headers that every batch carries, whichever feature made it. */
public final class CaravanHeaders {
    /** The batch's id: {@link Batch#id()} as {@link java.util.UUID}. */
    public static final String BATCH_ID = "CaravanBatchId";

    /** Where the batch came from: {@link Batch#source()} as {@link String}. */
    public static final String BATCH_SOURCE = "CaravanBatchSource";

    private CaravanHeaders() {}
}

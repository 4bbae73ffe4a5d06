package io.caravan.batch;

/** Names of the Camel message headers by which features and routes understand one another. */
public final class CaravanHeaders {
    /** The batch's id: {@link Batch#id()} as {@link java.util.UUID}. */
    public static final String BATCH_ID = "CaravanBatchId";

    /** Where the batch came from: {@link Batch#source()} as {@link String}. */
    public static final String BATCH_SOURCE = "CaravanBatchSource";

    /** The run that the work belongs to, as {@link String}: a workflow's run, or whatever a route says. */
    public static final String RUN_ID = "CaravanRunId";

    /**
     * {@link Boolean#TRUE} on work that fetches again what is past (a backfill, a replay): its records load and teach as any others, but say nothing about whether their
     * source is alive now.
     */
    public static final String BACKFILL = "CaravanBackfill";

    private CaravanHeaders() {}
}

package io.caravan.dedup;

import org.apache.camel.spi.Metadata;

/** Names of the message headers that {@code dedup:} sets. */
public final class DedupHeaders {
    /** How many records {@code to: dedup:} dropped from this batch. */
    @Metadata(label = "producer", description = "How many records were dropped from this batch", javaType = "int")
    public static final String DROPPED = "CaravanDedupDropped";

    /** The facts of each duplicate that {@code from: dedup:} delivers, in the order of the batch's records: {@code List<Duplicate>}. */
    @Metadata(
            label = "consumer",
            description =
                    "The facts (key, first seen, seen again, batch) of each duplicate, in the order of the records",
            javaType = "java.util.List<io.caravan.dedup.Duplicate>")
    public static final String DUPLICATES = "CaravanDedupDuplicates";

    private DedupHeaders() {}
}

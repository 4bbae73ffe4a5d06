package io.caravan.load;

import org.apache.camel.spi.Metadata;

/** Names of the message headers of {@code load:}. */
public final class LoadHeaders {
    @Metadata(
            label = "producer",
            description = "What became of the batch: staged = validated + duplicate + rejected",
            javaType = "io.caravan.load.LoadReport")
    public static final String LOAD_REPORT = "CaravanLoadReport";

    @Metadata(label = "producer", description = "With phase=stage: how many records were staged", javaType = "long")
    public static final String STAGED = "CaravanLoadStaged";

    @Metadata(
            description =
                    "The run that a load belongs to: phase=stage keeps its rows under it, phase=promote takes them from there",
            javaType = "String")
    public static final String RUN_ID = "CaravanRunId";

    @Metadata(label = "consumer", description = "The table that was loaded", javaType = "String")
    public static final String TABLE = "CaravanLoadTable";

    private LoadHeaders() {}
}

package io.caravan.watch;

import org.apache.camel.spi.Metadata;

/** Names of the message headers of {@code watch:}. */
public final class WatchHeaders {
    @Metadata(
            label = "producer",
            description =
                    "True on what fetches again what is past (poll: sets it when it fetches a window): its packets teach, but are no sign of life",
            javaType = "boolean")
    public static final String BACKFILL = "CaravanBackfill";

    @Metadata(
            label = "producer",
            description = "After to: watch:arrivals: what the batch said of its fleets",
            javaType = "io.caravan.watch.ArrivalReport")
    public static final String ARRIVALS = "CaravanWatchArrivals";

    private WatchHeaders() {}
}

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

    @Metadata(
            label = "producer",
            description = "After to: watch:expect: of how many fleets silence is expected",
            javaType = "Integer")
    public static final String EXPECTED = "CaravanWatchExpected";

    @Metadata(
            label = "consumer",
            description = "What became of the trouble: opened, changed, recovered",
            javaType = "String")
    public static final String EVENT = "CaravanWatchEvent";

    @Metadata(label = "consumer", description = "The trouble's id, the same in all its events", javaType = "String")
    public static final String EPISODE = "CaravanWatchEpisode";

    @Metadata(
            label = "consumer",
            description = "What is wrong: silent, partial, volume-drop, lagging, errors",
            javaType = "String")
    public static final String TROUBLE = "CaravanWatchTrouble";

    @Metadata(label = "consumer", description = "low, medium, high, critical", javaType = "String")
    public static final String SEVERITY = "CaravanWatchSeverity";

    @Metadata(label = "consumer", description = "The likeliest cause's word", javaType = "String")
    public static final String CAUSE = "CaravanWatchCause";

    @Metadata(
            label = "consumer",
            description = "The fleet, <provider>/<fleet>; not there when the trouble is of a merged stream",
            javaType = "String")
    public static final String FLEET = "CaravanWatchFleet";

    @Metadata(label = "consumer", description = "The fleet's provider", javaType = "String")
    public static final String PROVIDER = "CaravanWatchProvider";

    @Metadata(label = "consumer", description = "The fleet's tenant, where it is known", javaType = "String")
    public static final String TENANT = "CaravanWatchTenant";

    @Metadata(label = "consumer", description = "The fleet's credential, where it is known", javaType = "String")
    public static final String CREDENTIAL = "CaravanWatchCredential";

    private WatchHeaders() {}
}

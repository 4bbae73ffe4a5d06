package io.caravan.poll;

import org.apache.camel.spi.Metadata;

/** Headers of the exchanges of {@code poll:}. */
public final class PollHeaders {
    @Metadata(label = "consumer", description = "The provider's bean name.", javaType = "String")
    public static final String PROVIDER = "CaravanPollProvider";

    @Metadata(label = "consumer", description = "The stream's name.", javaType = "String")
    public static final String STREAM = "CaravanPollStream";

    @Metadata(
            label = "producer",
            description =
                    "Begin of the window to fetch, instead of the option from: a java.time.Instant or its ISO 8601 text.",
            javaType = "java.time.Instant")
    public static final String FROM = "CaravanPollFrom";

    @Metadata(
            label = "producer",
            description =
                    "End of the window to fetch, instead of the option to: a java.time.Instant or its ISO 8601 text.",
            javaType = "java.time.Instant")
    public static final String TO = "CaravanPollTo";

    private PollHeaders() {}
}

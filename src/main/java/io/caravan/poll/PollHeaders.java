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

    @Metadata(
            label = "producer",
            description = "With action: why it is done, instead of the option why.",
            javaType = "String")
    public static final String WHY = "CaravanPollWhy";

    @Metadata(label = "producer", description = "After an action: whether it changed anything.", javaType = "Boolean")
    public static final String ACTION_DONE = "CaravanPollActionDone";

    @Metadata(
            label = "producer",
            description = "After an action: what was done, or why nothing was, in one sentence.",
            javaType = "String")
    public static final String ACTION_SAID = "CaravanPollActionSaid";

    private PollHeaders() {}
}

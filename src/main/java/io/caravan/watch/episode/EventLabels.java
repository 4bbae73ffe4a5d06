package io.caravan.watch.episode;

/** The labels of events, by which routes {@code from: watch:events?…} choose; the words are those of the endpoint's options. */
public final class EventLabels {
    public static final String KIND = "kind";
    public static final String SEVERITY = "severity";
    public static final String CAUSE = "cause";
    public static final String TROUBLE = "trouble";
    public static final String PROVIDER = "provider";
    public static final String TENANT = "tenant";
    public static final String CREDENTIAL = "credential";
    public static final String REGION = "region";
    public static final String FLEET = "fleet";
    public static final String EPISODE = "episode";

    /** What the feature's news are known by in the outbox. */
    public static final String TOPIC = "watch";

    private EventLabels() {}
}

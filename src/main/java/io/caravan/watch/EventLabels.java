package io.caravan.watch;

/** The labels of events, by which routes {@code from: watch:events?…} choose; the words are those of the endpoint's options. */
final class EventLabels {
    static final String KIND = "kind";
    static final String SEVERITY = "severity";
    static final String CAUSE = "cause";
    static final String TROUBLE = "trouble";
    static final String PROVIDER = "provider";
    static final String TENANT = "tenant";
    static final String CREDENTIAL = "credential";
    static final String REGION = "region";
    static final String FLEET = "fleet";
    static final String EPISODE = "episode";

    /** What the feature's news are known by in the outbox. */
    static final String TOPIC = "watch";

    private EventLabels() {}
}

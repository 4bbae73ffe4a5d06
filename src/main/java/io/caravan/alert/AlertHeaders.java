package io.caravan.alert;

import org.apache.camel.spi.Metadata;

/** Headers of {@code alert:}. */
public final class AlertHeaders {
    @Metadata(
            label = "consumer",
            description = "events: what somebody has done: acknowledged, silenced, expected, resolved",
            javaType = "String")
    public static final String EVENT = "CaravanAlertEvent";

    @Metadata(
            label = "consumer",
            description = "The message's id, the same at each try and when what it says has changed meanwhile",
            javaType = "String")
    public static final String DELIVERY = "CaravanAlertDelivery";

    @Metadata(
            label = "consumer",
            description =
                    "An idempotency key for the service: the message's id, with a number after a dot where it says something else than at an earlier try",
            javaType = "String")
    public static final String KEY = "CaravanAlertKey";

    @Metadata(label = "consumer", description = "The receiver's name in config/alerts.yaml", javaType = "String")
    public static final String RECEIVER = "CaravanAlertReceiver";

    @Metadata(
            label = "consumer",
            description = "The receiver's address, such as a room, a chat's id or a mail address; may be empty",
            javaType = "String")
    public static final String ADDRESS = "CaravanAlertAddress";

    @Metadata(label = "consumer", description = "critical, high, medium or low", javaType = "String")
    public static final String SEVERITY = "CaravanAlertSeverity";

    @Metadata(
            label = "consumer",
            description = "Why there is a message: firing, update, repeat, escalation, resolved or test",
            javaType = "String")
    public static final String KIND = "CaravanAlertKind";

    @Metadata(label = "consumer", description = "How often the message was tried before", javaType = "Integer")
    public static final String TRIES = "CaravanAlertTries";

    @Metadata(
            label = "consumer",
            description =
                    "How much less text to send, since the service has taken more for too long: 0 as much as fits, 1 one incident, 2 the plain form",
            javaType = "Integer")
    public static final String LESS = "CaravanAlertLess";

    @Metadata(
            label = "consumer",
            description =
                    "Where the service has put earlier messages about these incidents, as the route has said: empty for the first. The route sets it to what is to be known next time, such as a message's id",
            javaType = "String")
    public static final String THREAD = "CaravanAlertThread";

    @Metadata(
            label = "producer",
            description = "The number of the incident that a signal has raised",
            javaType = "Long")
    public static final String INCIDENT = "CaravanAlertIncident";

    @Metadata(
            label = "producer",
            description =
                    "What the stream rules made of the batch: how many records were judged, which rules fired and which ended",
            javaType = "io.caravan.alert.rules.RulesReport")
    public static final String RULES = "CaravanAlertRules";

    /** A property of the exchange rather than a header: whether the service has taken the request that alert:answer has judged; false where its refusal is tolerated. */
    public static final String TAKEN = "CaravanAlertTaken";

    private AlertHeaders() {}
}

package io.caravan.watch.cause;

import java.util.Arrays;
import java.util.Optional;

/**
 * What is behind a silence or a streak of errors. {@code config/causes/<word>.yaml} may say all but the word in other terms; what stands here holds where that file is missing or broken.
 * The order is that in which the rules are asked.
 */
public enum Cause {
    OWN_SCHEDULER(
            "own-scheduler",
            "We are not polling",
            Severity.CRITICAL,
            "Look at caravan poll list and the service's health; caravan poll resume lets a paused provider go on."),
    OWN_DEPLOY(
            "own-deploy",
            "Caravan itself was changed",
            Severity.CRITICAL,
            "Take the change back if it can't be mended at once; the stream goes on where it stopped."),
    PROVIDER_AUTH(
            "provider-auth",
            "The provider changed how it lets us in",
            Severity.HIGH,
            "Ask the provider what changed; renewing one customer's credentials will not help."),
    CREDENTIALS(
            "credentials",
            "The credentials expired or were revoked",
            Severity.HIGH,
            "Renew the credentials, then: caravan poll resume <provider>."),
    QUOTA(
            "quota",
            "The quota is used up",
            Severity.MEDIUM,
            "Ask for a higher limit, or spread the calls: a longer freshness, fewer streams, a larger page."),
    PROVIDER_OUTAGE(
            "provider-outage",
            "The provider is down",
            Severity.HIGH,
            "Look at the provider's status page; nothing is lost, the streams catch up by themselves."),
    SCHEMA(
            "schema",
            "The provider sends something else than before",
            Severity.HIGH,
            "Compare the sample with the route and the table, mend them, then: caravan replay."),
    HOLIDAY(
            "holiday",
            "Probably nobody drives today",
            Severity.LOW,
            "Nothing, unless this fleet works on such days: then set worksOnHolidays."),
    FLEET_OFF(
            "fleet-off",
            "The fleet is off, or the customer withdrew it",
            Severity.MEDIUM,
            "Ask the customer whether the fleet is parked; if that is right: caravan fleet expect."),
    UNKNOWN("unknown", "The cause is not known", Severity.MEDIUM, "Look at the evidence, and at caravan poll list.");

    private final String word;
    private final String title;
    private final Severity severity;
    private final String remedy;

    Cause(String word, String title, Severity severity, String remedy) {
        this.word = word;
        this.title = title;
        this.severity = severity;
        this.remedy = remedy;
    }

    /** As in {@code watch:events?cause=credentials}, tables and file names. */
    public String word() {
        return word;
    }

    String title() {
        return title;
    }

    Severity severity() {
        return severity;
    }

    String remedy() {
        return remedy;
    }

    public static Optional<Cause> of(String word) {
        return Arrays.stream(values())
                .filter(cause -> cause.word.equals(word.strip()))
                .findFirst();
    }

    @Override
    public String toString() {
        return word;
    }
}

package io.caravan.alert;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** That somebody can't be reached is a problem of its own; but not one more for each message about it. */
final class ChannelTrouble {
    private final Incidents incidents;

    ChannelTrouble(Incidents incidents) {
        this.incidents = incidents;
    }

    static String key(Delivery delivery) {
        return "channel/" + delivery.channel() + "/" + delivery.receiver();
    }

    void raise(Delivery delivery, String error, String action, Instant now) {
        if (delivery.kind() == MessageKind.TEST || delivery.message().contains(key(delivery))) {
            return;
        }
        signal(
                key(delivery),
                Severity.HIGH,
                delivery,
                "Alerts don't reach " + delivery.receiver() + " by " + delivery.channel(),
                error,
                action,
                now);
    }

    /** What was sent to the old address has been sent to the new one; somebody should write it down. */
    void moved(Delivery delivery, String to, Instant now) {
        signal(
                "channel-moved/" + delivery.channel() + "/" + delivery.address(),
                Severity.LOW,
                delivery,
                delivery.receiver() + " has a new address in " + delivery.channel() + ": " + to,
                "The service says that what was at " + delivery.address() + " is there now; alerts go there.",
                "Write the new address into config/alerts.yaml, then resolve this.",
                now);
    }

    void over(Delivery delivery) {
        incidents.resolve(List.of(key(delivery)), AuditRepository.CARAVAN, "a message went through");
    }

    private void signal(
            String key,
            Severity severity,
            Delivery delivery,
            String summary,
            String cause,
            String action,
            Instant now) {
        incidents.raise(List.of(new Signal(
                key,
                severity,
                Map.of("kind", "CHANNEL", "channel", delivery.channel(), "receiver", delivery.receiver()),
                summary,
                Json.text(Map.of("cause", cause, "action", action)),
                now,
                1)));
    }
}

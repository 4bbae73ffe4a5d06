package io.caravan.alert.routing;

import java.time.Duration;

/**
 * The service's own sign of life, so that its silence is noticed elsewhere.
 *
 * @param to the receiver, whose channel asks an address or tells an Alertmanager
 * @param every how often, all nodes together
 */
public record HeartbeatRule(Receiver to, Duration every) {
    public HeartbeatRule {
        if (every.compareTo(Duration.ofSeconds(5)) < 0) {
            throw new IllegalArgumentException(
                    "A heartbeat every " + every.toSeconds() + " s is too often; write 5s or more");
        }
    }
}

package io.caravan.alert.routing;

import io.caravan.alert.Severity;
import java.util.List;

/**
 * Somebody, or a tenant, with what they want to hear.
 *
 * @param receivers the preferred one first; the others are its fallback
 * @param subscriptions what they hear of besides what the routing tree sends them
 * @param leastSeverity of what they subscribed to
 */
public record Person(String name, List<Receiver> receivers, List<Matchers> subscriptions, Severity leastSeverity) {
    public Person {
        receivers = List.copyOf(receivers);
        subscriptions = List.copyOf(subscriptions);
        if (receivers.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' can't be reached; add `channels:`");
        }
    }
}

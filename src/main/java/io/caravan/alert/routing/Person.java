package io.caravan.alert.routing;

import io.caravan.alert.Severity;
import java.util.List;
import java.util.Map;

/**
 * Somebody, or a tenant, with what they want to hear.
 *
 * @param receivers the preferred one first; the others are its fallback
 * @param subscriptions what they hear of besides what the routing tree sends them
 * @param leastSeverity of what they subscribed to
 * @param ids as whom chats know them: {@code slack} to {@code U02ABCDEF}, {@code telegram} to {@code 4711}
 */
public record Person(
        String name,
        List<Receiver> receivers,
        List<Matchers> subscriptions,
        Severity leastSeverity,
        Map<String, String> ids) {
    public Person {
        ids = Map.copyOf(ids);
        receivers = List.copyOf(receivers);
        subscriptions = List.copyOf(subscriptions);
        if (receivers.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' can't be reached; add `channels:`");
        }
    }
}

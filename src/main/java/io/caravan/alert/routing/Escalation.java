package io.caravan.alert.routing;

import java.time.Duration;
import java.util.List;

/**
 * Who is told when nobody has acknowledged.
 *
 * @param after since the first message
 * @param to names of receivers, people or rotations
 */
public record Escalation(Duration after, List<String> to) {
    public Escalation {
        to = List.copyOf(to);
    }
}

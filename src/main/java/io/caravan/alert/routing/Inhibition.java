package io.caravan.alert.routing;

import java.util.List;
import java.util.Map;

/**
 * While an incident that matches {@code source} is open, those that match {@code target} and share its values of the labels {@code equal} are not told: the outage of a provider hides the
 * silences of its fleets. An incident never hides itself, nor one that could hide it.
 */
public record Inhibition(Matchers source, Matchers target, List<String> equal) {
    public Inhibition {
        equal = List.copyOf(equal);
    }

    public boolean hides(Map<String, String> hiding, Map<String, String> hidden) {
        return source.match(hiding)
                && target.match(hidden)
                && !(target.match(hiding) && source.match(hidden))
                && equal.stream()
                        .allMatch(label -> hiding.getOrDefault(label, "").equals(hidden.getOrDefault(label, "")));
    }
}

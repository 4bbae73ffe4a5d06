package io.caravan.watch.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code config/fleets.yaml} says: of all fleets ({@code defaults}), of a provider's ({@code providers}), and of those whose name matches ({@code fleets}). All that apply to a fleet are
 * put one above another in this order, those under {@code fleets} as they stand in the file: later goes before earlier, field by field. Immutable.
 */
public final class FleetsFile {
    /** Where nothing is written. */
    static final FleetsFile EMPTY = new FleetsFile(FleetSettings.NONE, Map.of(), List.of());

    private final FleetSettings defaults;
    private final Map<String, FleetSettings> providers;
    private final List<Rule> patterns = new ArrayList<>();
    private final Map<String, Rule> exact = new HashMap<>();

    /**
     * An entry under {@code fleets}.
     *
     * @param place in the file
     */
    private record Rule(int place, FleetPattern pattern, FleetSettings settings) {}

    /** One entry. */
    record Entry(FleetPattern pattern, FleetSettings settings) {}

    FleetsFile(FleetSettings defaults, Map<String, FleetSettings> providers, List<Entry> fleets) {
        this.defaults = defaults;
        this.providers = Map.copyOf(providers);
        for (Entry entry : fleets) {
            Rule rule = new Rule(patterns.size() + exact.size(), entry.pattern(), entry.settings());
            if (entry.pattern().isExact()) {
                exact.put(entry.pattern().text(), rule);
            } else {
                patterns.add(rule);
            }
        }
    }

    /** What is said of all fleets of a provider, and of the stream that is merged of them. */
    public FleetSettings ofProvider(String provider) {
        return providers.getOrDefault(provider, FleetSettings.NONE).over(defaults);
    }

    Set<String> providers() {
        return providers.keySet();
    }

    /** What is said of all fleets. */
    public FleetSettings defaults() {
        return defaults;
    }

    /** What is said of one fleet by its whole name, {@code <provider>/<fleet>}. */
    public FleetSettings ofFleet(String name) {
        FleetSettings settings = ofProvider(name.substring(0, Math.max(0, name.indexOf('/'))));
        Rule own = exact.get(name);
        for (Rule rule : patterns) {
            if (own != null && own.place() < rule.place()) {
                settings = own.settings().over(settings);
                own = null;
            }
            if (rule.pattern().matches(name)) {
                settings = rule.settings().over(settings);
            }
        }
        return own == null ? settings : own.settings().over(settings);
    }
}

package io.caravan.alert;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What one transaction has to say about incidents. Belongs to one thread. */
final class News {
    private final Map<UUID, Incident> told = new LinkedHashMap<>();
    private final Map<UUID, Incident> placed = new LinkedHashMap<>();
    private final Set<UUID> changed = new LinkedHashSet<>();
    private final Set<UUID> looked = new LinkedHashSet<>();

    static News changed(Collection<UUID> incidents) {
        News news = new News();
        news.change(incidents);
        return news;
    }

    /** All that shall hear of it do. */
    void tell(Incident incident) {
        told.put(incident.id(), incident);
    }

    /** Those who shall hear of it and don't know of it hear of it. */
    void place(Incident incident) {
        placed.put(incident.id(), incident);
    }

    /** Those who know of these hear of it. */
    void change(Collection<UUID> incidents) {
        changed.addAll(incidents);
    }

    /** Those who know of it hear of it if there is anything that they don't know. */
    void look(UUID incident) {
        looked.add(incident);
    }

    List<Incident> told() {
        return List.copyOf(told.values());
    }

    List<Incident> placed() {
        return List.copyOf(placed.values());
    }

    Set<UUID> changed() {
        return Set.copyOf(changed);
    }

    /** Those of which only who knows of them already hears. */
    Set<UUID> known() {
        Set<UUID> known = new LinkedHashSet<>(changed);
        known.addAll(looked);
        return known;
    }

    Set<UUID> all() {
        Set<UUID> all = known();
        all.addAll(told.keySet());
        all.addAll(placed.keySet());
        return all;
    }

    /** Whether there is news of it for those who know of it. */
    boolean concerns(UUID incident) {
        return told.containsKey(incident) || changed.contains(incident) || looked.contains(incident);
    }

    boolean isEmpty() {
        return told.isEmpty() && placed.isEmpty() && changed.isEmpty() && looked.isEmpty();
    }
}

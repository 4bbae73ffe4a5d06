package io.caravan.alert;

import io.caravan.alert.EscalationRepository.Held;
import io.caravan.alert.EscalationRepository.Origin;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.AlertRouting.Destination;
import io.caravan.alert.routing.Escalation;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets what is under way go on where the routing tree has its place now: after config/alerts.yaml has changed, a group whose place has other conditions tells what is new with what it has told, and what nobody has
 * acknowledged is escalated once, as its place says now. Joins the transaction of its caller.
 */
final class Relocation {
    private final Supplier<AlertRouting> routing;
    private final GroupRepository groups;
    private final EscalationRepository escalations;

    Relocation(Database database, Supplier<AlertRouting> routing) {
        this.routing = routing;
        this.groups = new GroupRepository(database);
        this.escalations = new EscalationRepository(database);
    }

    /** Groups whose place is no longer there take over that by which their receiver hears of the same now. */
    void groups(Instant now) {
        AlertRouting current = routing.get();
        groups.elsewhere(current.names())
                .forEach(group -> current.destinations(group.labels(), now).stream()
                        .filter(destination -> destination.listeners().containsKey(group.receiver()))
                        .findFirst()
                        .ifPresent(destination -> groups.relocate(group.group(), destination.name())));
    }

    /** These, which nobody has acknowledged, wait where they are routed now. */
    void escalations(List<Incident> open, Instant now) {
        Map<UUID, List<Held>> held = escalations.of(open).stream().collect(Collectors.groupingBy(Held::incident));
        Map<UUID, Instant> toldAt =
                groups.toldAt(open.stream().map(Incident::id).toList());
        for (Incident incident : open) {
            Instant told = toldAt.get(incident.id());
            if (told != null) {
                relocate(incident, held.getOrDefault(incident.id(), List.of()), told, now);
            }
        }
    }

    /** Counted from when it was told first, as ever. */
    private void relocate(Incident incident, List<Held> held, Instant told, Instant now) {
        Map<String, Destination> free = new LinkedHashMap<>();
        routing.get().destinations(incident.labels(), now).stream()
                .filter(destination -> !destination.escalations().isEmpty())
                .forEach(destination -> free.put(destination.name(), destination));
        List<Held> loose = new ArrayList<>();
        for (Held one : held) {
            if (free.remove(one.path()) == null) {
                loose.add(one);
            }
        }
        for (Destination destination : free.values()) {
            Origin origin = Origin.of(destination);
            List<Escalation> steps = destination.escalations();
            if (loose.isEmpty()) {
                escalations.arm(
                        origin, List.of(incident), told.plus(steps.get(0).after()));
            } else {
                Held moved = loose.remove(0);
                escalations.relocate(moved, origin, due(steps, moved.step(), told));
            }
        }
        loose.forEach(escalations::leave);
    }

    private static @Nullable Instant due(List<Escalation> steps, int step, Instant told) {
        return step < steps.size() ? told.plus(steps.get(step).after()) : null;
    }
}

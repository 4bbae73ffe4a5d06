package io.caravan.alert;

import io.caravan.alert.EscalationRepository.Origin;
import io.caravan.alert.EscalationRepository.Waiting;
import io.caravan.alert.GroupRepository.Place;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.AlertRouting.Destination;
import io.caravan.alert.routing.Escalation;
import io.caravan.alert.routing.Receiver;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells others when nobody acknowledges. Each incident waits for itself, whoever has been told of it; what shares a place of the routing tree goes on together. Who is told so belongs to those who know of
 * it, and hears how it ends. Joins the transaction of its caller.
 */
final class Escalator {
    private final Supplier<AlertRouting> routing;
    private final EscalationRepository escalations;
    private final Silences silences;
    private final GroupRepository groups;
    private final Outbox outbox;

    Escalator(Database database, Supplier<AlertRouting> routing, Outbox outbox) {
        this.routing = routing;
        this.escalations = new EscalationRepository(database);
        this.silences = new Silences(database, routing);
        this.groups = new GroupRepository(database);
        this.outbox = outbox;
    }

    /** Somebody has been told of these: from now on somebody should acknowledge. */
    void arm(Collection<Incident> told, Instant now) {
        Map<Origin, List<Incident>> waiting = new LinkedHashMap<>();
        Map<Origin, Instant> due = new HashMap<>();
        for (Incident incident : told) {
            for (Destination destination : routing.get().destinations(incident.labels(), now)) {
                Origin origin = Origin.of(destination);
                destination.escalations().stream().findFirst().ifPresent(first -> {
                    waiting.computeIfAbsent(origin, at -> new ArrayList<>()).add(incident);
                    due.put(origin, now.plus(first.after()));
                });
            }
        }
        waiting.forEach((origin, incidents) -> escalations.arm(origin, incidents, due.getOrDefault(origin, now)));
    }

    /** Takes the next step where it is due. False: nowhere. */
    boolean escalate(Instant now) {
        Optional<Origin> due = escalations.due(now);
        due.ifPresent(origin -> escalate(origin, now));
        return due.isPresent();
    }

    private void escalate(Origin origin, Instant now) {
        List<Silence> silenced = silences.since(now, now);
        List<Waiting> over = new ArrayList<>();
        List<Waiting> unanswered = new ArrayList<>();
        for (Waiting waiting : escalations.waiting(origin)) {
            Optional<Instant> later = laterThan(waiting.incident(), silenced, now);
            if (!needsAnswer(waiting, now)) {
                over.add(waiting);
            } else if (later.isPresent()) {
                escalations.move(origin, List.of(waiting), waiting.step(), later.get());
            } else {
                unanswered.add(waiting);
            }
        }
        escalations.drop(origin, over);
        unanswered.stream()
                .filter(waiting -> !waiting.dueAt().isAfter(now))
                .mapToInt(Waiting::step)
                .min()
                .ifPresent(step -> take(origin, step, unanswered, now));
    }

    /** What is hidden, or has been told again since, waits anew when it is told again. */
    private static boolean needsAnswer(Waiting waiting, Instant now) {
        Incident incident = waiting.incident();
        boolean flaps = incident.flapping().holdsAt(now);
        return incident.hiddenBy().isEmpty()
                && (incident.reopened() == waiting.opening() || flaps)
                && (incident.state() == IncidentState.OPEN || (incident.state() == IncidentState.RESOLVED && flaps));
    }

    /** When it is looked at again what may not be told now: at the end of the silence, or when what flaps and is resolved is stable. */
    private static Optional<Instant> laterThan(Incident incident, List<Silence> silenced, Instant now) {
        return incident.isOpen()
                ? silenced.stream()
                        .filter(silence -> silence.holdsAt(now))
                        .filter(silence -> silence.matchers().match(incident.matched()))
                        .map(Silence::until)
                        .max(Instant::compareTo)
                : incident.flapping().stableAt();
    }

    /** Those who have waited for less long go along with the others, so that one problem is one message. */
    private void take(Origin origin, int step, List<Waiting> unanswered, Instant now) {
        Map<List<Escalation>, List<Waiting>> bySteps =
                unanswered.stream().collect(Collectors.groupingBy(waiting -> steps(origin, waiting.incident(), now)));
        bySteps.forEach((steps, these) -> {
            if (steps.size() <= step) {
                escalations.drop(origin, these);
                return;
            }
            List<Waiting> moved =
                    these.stream().filter(waiting -> waiting.step() <= step).toList();
            escalations.move(origin, moved, step + 1, after(steps, step, now));
            tell(
                    origin,
                    steps.get(step),
                    Flush.again(
                            MessageKind.ESCALATION,
                            these.stream().map(Waiting::incident).toList(),
                            now),
                    now);
        });
    }

    private static @Nullable Instant after(List<Escalation> steps, int step, Instant now) {
        return step + 1 < steps.size()
                ? now.plus(steps.get(step + 1).after()).minus(steps.get(step).after())
                : null;
    }

    /** As the routing says now; an incident that goes elsewhere now waits there. */
    private List<Escalation> steps(Origin origin, Incident incident, Instant now) {
        return routing.get()
                .destination(origin.path(), incident.labels(), now)
                .map(Destination::escalations)
                .orElse(List.of());
    }

    /** Who knows of an incident goes on hearing of it in the same group. */
    private void tell(Origin origin, Escalation step, Flush flush, Instant now) {
        Map<String, Receiver> receivers = routing.get().listeners(step.to(), now);
        Map<UUID, Map<String, Long>> known =
                groups.known(flush.firing().stream().map(Incident::id).toList());
        Map<Place, Long> made = groups.groups(receivers.keySet().stream()
                .filter(name -> flush.firing().stream().anyMatch(incident -> !knows(known, incident, name)))
                .map(origin::of)
                .collect(Collectors.toCollection(TreeSet::new)));
        Map<Long, Receiver> to = new TreeMap<>();
        Map<Long, List<Incident>> told = new TreeMap<>();
        receivers.forEach((name, receiver) -> flush.firing().forEach(incident -> {
            Long before = known.getOrDefault(incident.id(), Map.of()).get(name);
            long group = before == null ? made.getOrDefault(origin.of(name), 0L) : before;
            to.put(group, receiver);
            told.computeIfAbsent(group, id -> new ArrayList<>()).add(incident);
        }));
        groups.lock(new TreeSet<>(to.keySet()));
        to.forEach((group, receiver) -> tell(group, told.getOrDefault(group, List.of()), receiver, now));
    }

    private static boolean knows(Map<UUID, Map<String, Long>> known, Incident incident, String receiver) {
        return known.getOrDefault(incident.id(), Map.of()).containsKey(receiver);
    }

    private void tell(long group, List<Incident> told, Receiver receiver, Instant now) {
        List<UUID> incidents = told.stream().map(Incident::id).toList();
        groups.add(incidents.stream().map(incident -> group).toList(), incidents, now);
        outbox.queue(group, MessageKind.ESCALATION, Flush.again(MessageKind.ESCALATION, told, now), receiver, now);
        groups.told(group, incidents, now);
        groups.flushed(group, now);
    }
}

package io.caravan.alert;

import io.caravan.alert.GroupRepository.Place;
import io.caravan.alert.GroupRepository.Stand;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.AlertRouting.Destination;
import io.caravan.alert.routing.Receiver;
import io.caravan.alert.routing.Timing;
import io.caravan.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Brings news to the groups of those who shall hear of them. Joins the transaction of its caller. */
final class Audience {
    private final Supplier<AlertRouting> routing;
    private final GroupRepository groups;
    private final Telling telling;

    Audience(Database database, Supplier<AlertRouting> routing, Telling telling) {
        this.routing = routing;
        this.groups = new GroupRepository(database);
        this.telling = telling;
    }

    /** Somebody who shall hear of an incident, and when. */
    private record Listener(Incident incident, Place place, When when) {}

    /**
     * When at the earliest.
     *
     * @param interval least time since the group's last message
     * @param urgent whether it is critical
     */
    private record When(Instant flush, Duration interval, boolean urgent) {}

    /**
     * Those who shall hear of it do so when it is time; at once where nothing is to be waited for. All groups that are concerned are locked at once and in order, since another node may bring news to the same ones.
     */
    void tell(News news, Instant now) {
        if (news.isEmpty()) {
            return;
        }
        Map<UUID, Map<String, Long>> known = groups.known(news.all());
        List<Listener> listeners = Stream.concat(
                        news.told().stream().flatMap(incident -> listeners(incident, now)),
                        news.placed().stream()
                                .flatMap(incident -> listeners(incident, now))
                                .filter(listener -> !knows(known, listener)))
                .toList();
        SortedSet<Place> fresh = new TreeSet<>();
        listeners.stream().filter(listener -> !knows(known, listener)).forEach(listener -> fresh.add(listener.place()));
        Map<Place, Long> made = groups.groups(fresh);
        SortedSet<Long> concerned = new TreeSet<>(made.values());
        known.forEach((incident, byReceiver) -> {
            if (news.concerns(incident)) {
                concerned.addAll(byReceiver.values());
            }
        });
        groups.lock(concerned);
        join(listeners, known, made, now);
        groups.changed(news.changed(), now);
        wake(concerned, news.known(), now);
        groups.due(concerned, now).forEach(group -> telling.flush(group, now));
    }

    private static boolean knows(Map<UUID, Map<String, Long>> known, Listener listener) {
        return known.getOrDefault(listener.incident().id(), Map.of())
                .containsKey(listener.place().receiver());
    }

    private Stream<Listener> listeners(Incident incident, Instant now) {
        List<Listener> listeners = new ArrayList<>();
        for (Destination destination : routing.get().destinations(incident.labels(), now)) {
            Timing timing = destination.timing();
            destination.listeners().forEach((name, receiver) -> {
                listeners.add(new Listener(
                        incident,
                        new Place(name, destination.name(), Json.text(destination.group())),
                        new When(
                                timing.digest().isPresent()
                                        ? timing.occasion(now, receiver.zone())
                                        : now.plus(timing.groupWait()),
                                timing.interval(),
                                incident.severity() == Severity.CRITICAL)));
            });
        }
        return listeners.stream();
    }

    /** Who knows of an incident goes on hearing of it in the same group. */
    private void join(
            List<Listener> listeners, Map<UUID, Map<String, Long>> known, Map<Place, Long> made, Instant now) {
        List<Long> joined = new ArrayList<>();
        List<UUID> incidents = new ArrayList<>();
        Map<When, SortedSet<Long>> due = new LinkedHashMap<>();
        for (Listener listener : listeners) {
            Long before = known.getOrDefault(listener.incident().id(), Map.of())
                    .get(listener.place().receiver());
            long group = before == null ? made.getOrDefault(listener.place(), 0L) : before;
            joined.add(group);
            incidents.add(listener.incident().id());
            due.computeIfAbsent(listener.when(), when -> new TreeSet<>()).add(group);
        }
        groups.add(joined, incidents, now);
        due.forEach((when, ids) -> groups.joined(ids, when.flush(), when.interval(), when.urgent()));
    }

    /** Those who know of incidents that changed hear of it at once, or in the digest where there is nothing that is graver. */
    private void wake(SortedSet<Long> concerned, Collection<UUID> incidents, Instant now) {
        if (incidents.isEmpty()) {
            return;
        }
        List<Long> atOnce = new ArrayList<>();
        List<Long> urgent = new ArrayList<>();
        Map<Instant, List<Long>> inDigest = new LinkedHashMap<>();
        for (Stand stand : groups.stands(concerned, incidents)) {
            Timing timing = routing.get().timing(stand.path(), stand.gravest(), stand.labels());
            if (timing.digest().isPresent()) {
                inDigest.computeIfAbsent(timing.occasion(now, zone(stand.receiver(), now)), at -> new ArrayList<>())
                        .add(stand.group());
            } else if (stand.knows()) {
                atOnce.add(stand.group());
                if (stand.gravest() == Severity.CRITICAL) {
                    urgent.add(stand.group());
                }
            }
        }
        groups.wake(atOnce, urgent, now);
        inDigest.forEach((at, ids) -> groups.wait(ids, at, now));
    }

    private ZoneId zone(String receiver, Instant now) {
        return routing.get().receiver(receiver, now).map(Receiver::zone).orElse(ZoneOffset.UTC);
    }
}

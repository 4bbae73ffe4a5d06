package io.caravan.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Receiver;
import io.caravan.batch.TimeOrderedId;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/** What people do with alerts by hand, whether a service runs or not. Safe for any thread. */
public final class AlertDesk {
    private final Clock clock;
    private final Supplier<AlertRouting> routing;
    private final Incidents incidents;
    private final DeliveryRepository deliveries;
    private final DeliveryListRepository list;
    private final LineRepository lines;
    private final DeadLetters deadLetters;
    private final IncidentListRepository incidentList;
    private final IncidentRepository found;

    public AlertDesk(Database database, Clock clock, Supplier<AlertRouting> routing) {
        this.clock = clock;
        this.routing = routing;
        this.incidents = new Incidents(
                database, clock, routing, Duration.ofMinutes(30), new Telling(database, routing, queued -> {}));
        this.deliveries = new DeliveryRepository(database);
        this.list = new DeliveryListRepository(database);
        this.lines = new LineRepository(database);
        this.deadLetters = new DeadLetters(database, clock, routing, incidents);
        this.incidentList = new IncidentListRepository(database);
        this.found = new IncidentRepository(database);
    }

    public Incidents incidents() {
        return incidents;
    }

    /** The newest messages first. */
    public List<DeliveryListRepository.Row> deliveries(boolean onlyFailed, Optional<String> receiver, int limit) {
        return list.newest(onlyFailed, receiver, limit);
    }

    /** Critical incidents that nobody could be told of, until somebody is, or has acknowledged them. */
    public List<DeliveryListRepository.Unreached> unreached() {
        return list.unreached();
    }

    /** Channels that rest, have stopped, fail or have moved. */
    public List<Line> lines() {
        return lines.list(clock.instant());
    }

    /** A page of incidents, the newest first: those of lower numbers than {@code before}; 0: from the newest. */
    public List<Incident> incidents(IncidentListRepository.Filter filter, long before, int limit) {
        return incidentList.page(filter, before, limit);
    }

    /** An incident as messages tell it to somebody in this zone. */
    public ObjectNode told(Incident incident, ZoneId zone) {
        return Message.incident(incident, Besides.NOTHING, zone, clock.instant());
    }

    /** Open incidents that this one hides, the oldest first. */
    public List<Incident> hiddenBy(Incident incident, int limit) {
        return found.hiddenBy(incident.id(), limit);
    }

    /** The incident that hides this one; empty: none does. */
    public Optional<Incident> hiding(Incident incident) {
        return incident.hiddenBy().flatMap(found::find);
    }

    /** The messages that tell of an incident, the oldest first. */
    public List<DeliveryListRepository.Row> messages(Incident incident, int limit) {
        return incidentList.messages(incident, limit);
    }

    /** Dead letters, all or a receiver's, are sent again, as far as they still matter; the answer is how many. */
    public int resend(Optional<String> receiver) {
        return deadLetters.resend(receiver);
    }

    /**
     * Sends a receiver a message that says that it is only a test.
     *
     * @throws IllegalArgumentException when there is no such receiver
     */
    public UUID test(String name) {
        Instant now = clock.instant();
        Receiver receiver = routing.get()
                .receiver(name)
                .or(() -> routing.get().resolve(List.of(name), now).findFirst())
                .orElseThrow(() -> new IllegalArgumentException("There is no receiver '" + name
                        + "' in config/alerts.yaml. There are: "
                        + String.join(
                                ", ", new TreeSet<>(routing.get().receivers().keySet()))));
        UUID id = TimeOrderedId.at(now);
        deliveries.insert(new Delivery(
                id,
                Optional.empty(),
                receiver.name(),
                receiver.channel(),
                receiver.address(),
                Severity.LOW,
                MessageKind.TEST,
                Message.test(id, receiver, now),
                List.of(),
                now,
                now,
                0,
                0,
                Optional.empty()));
        return id;
    }
}

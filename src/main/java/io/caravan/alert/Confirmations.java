package io.caravan.alert;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.alert.routing.Receiver;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What services say of messages that they have taken, and who is told when they say nothing in time. Safe for any thread. */
public final class Confirmations {
    private static final Logger LOG = LoggerFactory.getLogger(Confirmations.class);

    private final Database database;
    private final Clock clock;
    private final Settlement settlement;
    private final Incidents incidents;
    private final AlertEvents events;
    private final ConfirmationRepository confirmations;

    Confirmations(Database database, Clock clock, Settlement settlement, Incidents incidents, AlertEvents events) {
        this.database = database;
        this.clock = clock;
        this.settlement = settlement;
        this.incidents = incidents;
        this.events = events;
        this.confirmations = new ConfirmationRepository(database);
    }

    /** What becomes of what a service says. */
    public enum Reception {
        /** It is noted, or was known before. */
        TAKEN,
        /** The message is just being tried again: it isn't known which try is meant. */
        LATER,
        /** There is no such message of this channel. */
        UNKNOWN
    }

    /** A message is there, or is read. What comes twice or in another order changes nothing: the higher of the two counts. */
    public Reception confirmed(String channel, UUID id, DeliveryState state) {
        return database.inTransaction(connection -> {
            Optional<Delivery> confirmed = confirmations.confirm(channel, id, state, clock.instant());
            confirmed.ifPresent(delivery -> {
                LOG.info("receiver={} kind={} state={}", delivery.receiver(), delivery.kind(), state);
                database.afterCommit(() -> events.confirmed(delivery, state));
            });
            return confirmations
                    .state(channel, id)
                    .map(now -> now == DeliveryState.QUEUED || now == DeliveryState.SENDING
                            ? Reception.LATER
                            : Reception.TAKEN)
                    .orElse(Reception.UNKNOWN);
        });
    }

    /** A message does not arrive, although the service had taken it: the next receiver is told, unless it has been. */
    public Reception failed(String channel, UUID id, String error) {
        return database.inTransaction(connection -> {
            confirmations
                    .takeBack(channel, id, clock.instant())
                    .ifPresentOrElse(
                            delivery -> settlement.returned(delivery, error),
                            () -> confirmations.lost(channel, id, error));
            return confirmations.state(channel, id).isPresent() ? Reception.TAKEN : Reception.UNKNOWN;
        });
    }

    /** Sees to a message that should have been confirmed by now. False: there is none. */
    boolean overdue() {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            Optional<Delivery> overdue = confirmations.overdue(now);
            overdue.ifPresent(delivery -> tellInstead(delivery, now));
            return overdue.isPresent();
        });
    }

    private void tellInstead(Delivery delivery, Instant now) {
        List<Long> about = unanswered(delivery);
        if (!about.isEmpty()) {
            settlement.tellNext(delivery, now).ifPresent(receiver -> toldInstead(delivery, about, receiver, now));
        }
    }

    private void toldInstead(Delivery delivery, List<Long> about, Receiver receiver, Instant now) {
        String error = delivery.receiver() + " has not confirmed in time; told " + receiver.name();
        confirmations.unconfirmed(delivery.id(), error, now);
        about.forEach(number -> incidents.note(number, AuditRepository.CARAVAN, "unconfirmed", error));
        LOG.warn(
                "receiver={} kind={} not confirmed in time; telling {}",
                delivery.receiver(),
                delivery.kind(),
                receiver.name());
        database.afterCommit(() -> events.unconfirmed(delivery));
    }

    /** The incidents for which the message still matters: those that nobody has answered. An end is told to all who know of the beginning. */
    private List<Long> unanswered(Delivery delivery) {
        return numbers(Json.tree(delivery.message()).path("incidents"))
                .filter(number ->
                        incidents.find(number).filter(this::isUnanswered).isPresent())
                .toList();
    }

    private static Stream<Long> numbers(JsonNode incidents) {
        return StreamSupport.stream(incidents.spliterator(), false)
                .map(incident -> incident.path("number").asLong());
    }

    private boolean isUnanswered(Incident incident) {
        return incident.state() == IncidentState.OPEN
                && incident.hiddenBy().isEmpty()
                && incidents.silencedUntil(incident).isEmpty();
    }
}

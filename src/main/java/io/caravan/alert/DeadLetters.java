package io.caravan.alert;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Receiver;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Messages that could not be sent. What is sent again goes where its receiver is reached now, and says what holds now: of what is over only the end, and of what was told since nothing. Safe for any thread.
 */
final class DeadLetters {
    private final Database database;
    private final Clock clock;
    private final Supplier<AlertRouting> routing;
    private final Incidents incidents;
    private final DeliveryRepository deliveries;
    private final GroupRepository groups;
    private final LineRepository lines;
    private final Composer composer;

    DeadLetters(Database database, Clock clock, Supplier<AlertRouting> routing, Incidents incidents) {
        this.database = database;
        this.clock = clock;
        this.routing = routing;
        this.incidents = incidents;
        this.deliveries = new DeliveryRepository(database);
        this.groups = new GroupRepository(database);
        this.lines = new LineRepository(database);
        this.composer = new Composer(database);
    }

    /** Those of all or of one receiver; the answer is how many are sent again. */
    int resend(Optional<String> receiver) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            List<UUID> sent = deliveries.dead(receiver).stream()
                    .filter(delivery -> resend(delivery, now))
                    .map(Delivery::id)
                    .toList();
            lines.tryAgain(sent);
            return sent.size();
        });
    }

    private boolean resend(Delivery delivery, Instant now) {
        return routing.get()
                .receiver(delivery.receiver())
                .filter(receiver -> resend(delivery, receiver, now))
                .isPresent();
    }

    private boolean resend(Delivery delivery, Receiver receiver, Instant now) {
        List<Incident> open = delivery.group().stream()
                .flatMap(group -> groups.members(group).stream())
                .filter(member -> member.told().isPresent() && member.incident().isOpen())
                .map(Member::incident)
                .filter(incident -> incident.hiddenBy().isEmpty())
                .filter(incident -> incidents.silencedUntil(incident).isEmpty())
                .toList();
        if (delivery.kind() == MessageKind.RESOLVED) {
            String message = Message.readdressed(delivery.message(), delivery.id(), receiver);
            return open.isEmpty() && deliveries.resend(delivery.id(), receiver, delivery.severity(), message, now);
        }
        if (open.isEmpty()) {
            return false;
        }
        Flush flush = Flush.again(delivery.kind(), open, now);
        String message = composer.compose(delivery.id(), delivery.kind(), flush, receiver, now);
        return deliveries.resend(delivery.id(), receiver, flush.severity(), message, now);
    }
}

package io.caravan.alert;

import io.caravan.alert.routing.Receiver;
import io.caravan.batch.TimeOrderedId;
import io.caravan.database.Database;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Takes messages of groups, to be sent when they may be. Joins the transaction of its caller, which has locked the group. */
final class Outbox {
    private final Database database;
    private final DeliveryRepository deliveries;
    private final ReaderRepository readers;
    private final Composer composer;
    private final Consumer<Delivery> queued;

    /**
     * @param queued is told of each message that can go now, once it is committed
     */
    Outbox(Database database, Consumer<Delivery> queued) {
        this.database = database;
        this.deliveries = new DeliveryRepository(database);
        this.readers = new ReaderRepository(database);
        this.composer = new Composer(database);
        this.queued = queued;
    }

    /** What the receiver is to hear; a message of the group that it has not got yet says that instead. */
    void queue(long group, MessageKind kind, Flush flush, Receiver receiver, Instant now) {
        Severity severity = flush.severity();
        UUID id = TimeOrderedId.at(now);
        Instant due = receiver.reachableFrom(now, severity);
        Delivery delivery = new Delivery(
                id,
                Optional.of(group),
                receiver.name(),
                receiver.channel(),
                receiver.address(),
                severity,
                kind,
                composer.compose(id, kind, flush, receiver, now),
                receiver.fallback(),
                due.isAfter(now) ? due : flush.since(),
                due,
                0,
                0,
                Optional.empty());
        if (!deliveries.supersede(delivery)) {
            deliveries.insert(delivery);
        }
        readers.tell(delivery, false);
        if (!due.isAfter(now)) {
            database.afterCommit(() -> queued.accept(delivery));
        }
    }
}

package io.caravan.alert;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.database.Database;
import io.caravan.database.Notifications;
import io.caravan.database.outbox.OutboxDelivery;
import io.caravan.database.outbox.Subscribers;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Alerts in this process: what becomes of signals, who looks when something is to be told, and who carries it. Nothing is sent before {@link #start}. Safe for any thread. */
public final class AlertNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Channels channels;
    private final Duration sweep;
    private final Incidents incidents;
    private final Notifier notifier;
    private final Sending sending;
    private final Confirmations confirmations;
    private final Notifications notifications;
    private final OutboxDelivery acts;
    private final Map<Channel, Map<Lane, Courier>> couriers = new HashMap<>();
    private boolean working;

    /**
     * @param routing what config/alerts.yaml says now
     * @param subscribers routes that are told what people do
     * @param vitals what must work for a sign of life
     * @param sweep how often it is looked for what nobody told of
     * @param retention so long what is over is kept
     */
    AlertNode(
            Database database,
            Clock clock,
            Supplier<AlertRouting> routing,
            Channels channels,
            Subscribers subscribers,
            List<AlertEvents> listeners,
            List<Vital> vitals,
            Duration reopenWithin,
            Duration sweep,
            Duration retention) {
        this.channels = channels;
        this.sweep = sweep;
        Telling telling = new Telling(database, routing, this::queued);
        this.incidents = new Incidents(database, clock, routing, reopenWithin, telling);
        AlertEvents events = new AllAlertEvents(listeners);
        Settlement settlement = new Settlement(database, clock, routing, incidents, events);
        this.sending = new Sending(clock, new DeliveryRepository(database), settlement);
        this.confirmations = new Confirmations(database, clock, settlement, incidents, events);
        this.notifier = new Notifier(
                database,
                clock,
                sweep,
                telling,
                new Strays(database, clock, routing, sweep, telling),
                new Readdressing(routing, new DeliveryRepository(database)),
                sending,
                confirmations,
                new Heartbeat(database, clock, routing, vitals),
                new Retention(database, clock, retention),
                new ServedChannels(database, clock, channels, sweep));
        this.acts = new OutboxDelivery(database, clock, ActNews.TOPIC, subscribers, sweep);
        this.notifications = new Notifications(database, DeliveryRepository.CHANNEL, said -> wake());
        channels.onChange(this::follow);
    }

    public Incidents incidents() {
        return incidents;
    }

    /** What services say of messages that they have taken. */
    Confirmations confirmations() {
        return confirmations;
    }

    public synchronized void start() {
        working = true;
        follow();
        notifier.start();
        notifications.start();
        acts.start();
    }

    private synchronized void follow() {
        if (!working) {
            return;
        }
        List<Channel> here = channels.all();
        couriers.entrySet().removeIf(entry -> {
            boolean gone = !here.contains(entry.getKey());
            if (gone) {
                entry.getValue().values().forEach(Courier::stop);
            }
            return gone;
        });
        here.forEach(channel -> couriers.computeIfAbsent(channel, this::begun));
    }

    private Map<Lane, Courier> begun(Channel channel) {
        Map<Lane, Courier> lanes = new EnumMap<>(Lane.class);
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new Courier(channel, lane, sending, sweep).start());
        }
        return lanes;
    }

    /** A message of this process doesn't wait until the database has told of it. */
    private synchronized void queued(Delivery delivery) {
        couriers.forEach((channel, lanes) -> {
            if (channel.name().equals(delivery.channel())) {
                Objects.requireNonNull(lanes.get(Lane.of(delivery.severity()))).wake();
            }
        });
    }

    private synchronized void wake() {
        notifier.wake();
        couriers.values().forEach(lanes -> lanes.values().forEach(Courier::wake));
    }

    /** Ends what is being sent, for 20 s at most; what isn't sent by then is sent after the next start. */
    @Override
    public void close() {
        notifications.close();
        acts.close();
        notifier.stop();
        List<Courier> ending = end();
        long until = System.nanoTime() + PATIENCE.toNanos();
        ending.forEach(courier -> courier.join(Duration.ofNanos(until - System.nanoTime())));
    }

    private synchronized List<Courier> end() {
        working = false;
        List<Courier> all = couriers.values().stream()
                .flatMap(lanes -> lanes.values().stream())
                .toList();
        all.forEach(Courier::stop);
        couriers.clear();
        return all;
    }
}

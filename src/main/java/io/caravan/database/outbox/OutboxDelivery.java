package io.caravan.database.outbox;

import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import io.caravan.database.Notifications;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a topic's notices to the routes of this process that want them, each route in a thread of its own. What a route writes to this database it writes once; what it sends elsewhere it
 * may send again after a crash. A notice that fails is tried again later, after 1 s and then ever less often, at last every 5 minutes; those of other keys don't wait for it. Safe for any thread.
 */
public final class OutboxDelivery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxDelivery.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A subscription that no node has confirmed for so long was deleted with its route. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(7);

    private final Database database;
    private final Clock clock;
    private final String topic;
    private final Duration sweep;
    private final OutboxRepository repository;
    private final Notifications notifications;
    private final Subscribers subscribers;
    private final Map<Subscriber, RouteDelivery> deliveries = new HashMap<>();
    private boolean working;

    /**
     * @param sweep notices are looked for so often even if nobody hears of them
     */
    public OutboxDelivery(Database database, Clock clock, String topic, Subscribers subscribers, Duration sweep) {
        this.database = database;
        this.clock = clock;
        this.topic = topic;
        this.subscribers = subscribers;
        this.sweep = sweep;
        this.repository = new OutboxRepository(database, topic);
        this.notifications = new Notifications(database, OutboxRepository.CHANNEL, this::heard);
        subscribers.onChange(this::follow);
    }

    /** Subscribes the routes that are there, and those that come later: whoever tells something after this, tells them. */
    public synchronized void start() {
        working = true;
        follow();
        notifications.start();
    }

    private synchronized void follow() {
        if (!working) {
            return;
        }
        List<Subscriber> here = subscribers.all();
        deliveries.entrySet().removeIf(delivery -> {
            boolean gone = !here.contains(delivery.getKey());
            if (gone) {
                delivery.getValue().stop();
            }
            return gone;
        });
        here.forEach(subscriber -> deliveries.computeIfAbsent(subscriber, this::begun));
    }

    private RouteDelivery begun(Subscriber subscriber) {
        RouteDelivery delivery = new RouteDelivery(database, clock, subscriber, repository, this::forget, sweep);
        delivery.subscribe();
        delivery.start();
        return delivery;
    }

    private void forget() {
        Instant before = clock.instant().minus(FORGOTTEN_AFTER);
        try {
            repository.forget(subscribers.all().stream().map(Subscriber::route).toList(), before);
        } catch (DatabaseException e) {
            LOG.warn("old subscriptions to {} are kept for now: {}", topic, e.getMessage());
        }
    }

    private synchronized void heard(String said) {
        if (said.isEmpty() || said.equals(topic)) {
            deliveries.values().forEach(RouteDelivery::wake);
        }
    }

    /** Lets each route end what it is at, for 10 s at most; what isn't done by then is told again. */
    @Override
    public void close() {
        notifications.close();
        List<RouteDelivery> ending = end();
        long until = System.nanoTime() + PATIENCE.toNanos();
        ending.forEach(delivery -> delivery.join(Duration.ofNanos(until - System.nanoTime())));
    }

    private synchronized List<RouteDelivery> end() {
        working = false;
        deliveries.values().forEach(RouteDelivery::stop);
        return List.copyOf(deliveries.values());
    }
}

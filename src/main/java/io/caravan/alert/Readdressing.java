package io.caravan.alert;

import io.caravan.alert.DeliveryRepository.Pending;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Receiver;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what waits to where its receivers are reached, and to whom they fall back, since config/alerts.yaml has changed. One thread. */
final class Readdressing {
    private static final Logger LOG = LoggerFactory.getLogger(Readdressing.class);

    private final Supplier<AlertRouting> routing;
    private final DeliveryRepository deliveries;
    private AlertRouting followed = AlertRouting.NOBODY;

    Readdressing(Supplier<AlertRouting> routing, DeliveryRepository deliveries) {
        this.routing = routing;
        this.deliveries = deliveries;
    }

    /** Is to be called often. */
    void follow() {
        AlertRouting now = routing.get();
        if (!now.equals(followed)) {
            deliveries.pending().forEach(old -> follow(old, now));
            followed = now;
        }
    }

    private void follow(Pending old, AlertRouting now) {
        now.receiver(old.receiver())
                .filter(receiver -> old.waits() && isElsewhere(receiver, old))
                .ifPresent(receiver -> readdress(old, receiver));
        now.fallback(old.receiver(), old.insteadOf())
                .filter(fallback -> !fallback.equals(old.fallback()))
                .ifPresent(fallback -> fallBack(old, fallback));
    }

    private static boolean isElsewhere(Receiver receiver, Pending old) {
        return !receiver.channel().equals(old.channel()) || !receiver.address().equals(old.address());
    }

    private void readdress(Pending old, Receiver receiver) {
        deliveries.readdress(old, receiver);
        LOG.info(
                "receiver={} is reached by channel={} now; what waits for it goes there",
                receiver.name(),
                receiver.channel());
    }

    private void fallBack(Pending old, List<String> fallback) {
        deliveries.fallBack(old, fallback);
        LOG.info("receiver={} falls back to {} now", old.receiver(), fallback.isEmpty() ? "nobody" : fallback);
    }
}

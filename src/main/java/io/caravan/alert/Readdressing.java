package io.caravan.alert;

import io.caravan.alert.DeliveryRepository.Address;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Receiver;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what waits to where its receivers are reached since config/alerts.yaml has changed. One thread. */
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
            deliveries
                    .waiting()
                    .forEach(old -> now.receiver(old.receiver())
                            .filter(receiver -> isElsewhere(receiver, old))
                            .ifPresent(receiver -> follow(old, receiver)));
            followed = now;
        }
    }

    private static boolean isElsewhere(Receiver receiver, Address old) {
        return !receiver.channel().equals(old.channel()) || !receiver.address().equals(old.address());
    }

    private void follow(Address old, Receiver receiver) {
        deliveries.readdress(old, receiver);
        LOG.info(
                "receiver={} is reached by channel={} now; what waits for it goes there",
                receiver.name(),
                receiver.channel());
    }
}

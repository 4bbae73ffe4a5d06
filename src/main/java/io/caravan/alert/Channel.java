package io.caravan.alert;

import java.util.Optional;

/** A route that sends messages: {@code from: alert:<channel>}. Several messages may be on their way at once. */
public interface Channel {
    String name();

    /** How fast it may go. */
    default Pace pace() {
        return Pace.ANY;
    }

    /**
     * Sends a message; returns when the service has taken it.
     *
     * @return where the service has put it, for channels that can go on there
     */
    Optional<String> send(Delivery delivery) throws SendFailedException;
}

package io.caravan.alert;

import java.util.Optional;

/** A route that sends messages: {@code from: alert:<channel>}. */
public interface Channel {
    String name();

    /**
     * Sends a message; returns when the service has taken it.
     *
     * @return where the service has put it, for channels that can go on there
     */
    Optional<String> send(Delivery delivery) throws SendFailedException;
}

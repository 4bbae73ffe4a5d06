package io.caravan.alert;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One message for one receiver.
 *
 * @param id the same at each try
 * @param group whose message it is; empty: nobody's, such as a test
 * @param address what the channel needs to know of the receiver
 * @param message a JSON object with all that a text can say
 * @param fallback receivers that are tried next, in order
 * @param signalAt the first signal that it tells of
 * @param queuedAt when it can or could go first
 * @param revision how often what it says has changed after a try
 * @param tries how often it was tried before
 * @param thread where the channel has put earlier messages of the group
 */
public record Delivery(
        UUID id,
        Optional<Long> group,
        String receiver,
        String channel,
        String address,
        Severity severity,
        MessageKind kind,
        String message,
        List<String> fallback,
        Instant signalAt,
        Instant queuedAt,
        int revision,
        int tries,
        Optional<String> thread) {
    public Delivery {
        fallback = List.copyOf(fallback);
    }

    /** By which a service knows that it has got the same before: another one where the message says something else now. */
    public String key() {
        return revision == 0 ? id.toString() : id + "." + revision;
    }
}

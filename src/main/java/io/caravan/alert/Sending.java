package io.caravan.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends one message. A message is sent at least once: a node that dies between the sending and the note of it leaves it to another one, which sends it again with the same id. Safe for any thread.
 */
final class Sending {
    /** Renewed while a message is on its way; when it ends, another node believes that this one has died. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    private static final Duration RENEWED_EVERY = Duration.ofSeconds(4);

    private final Clock clock;
    private final DeliveryRepository deliveries;
    private final Settlement settlement;
    private final Set<UUID> underWay = ConcurrentHashMap.newKeySet();
    private volatile Instant renewedAt = Instant.EPOCH;

    Sending(Clock clock, DeliveryRepository deliveries, Settlement settlement) {
        this.clock = clock;
        this.deliveries = deliveries;
        this.settlement = settlement;
    }

    Instant now() {
        return clock.instant();
    }

    /** A message that is ours to send now. */
    Optional<Delivery> claim(Channel channel, Lane lane, Instant now) {
        Optional<Delivery> claimed = deliveries.claim(channel.name(), channel.pace(), lane, LEASE, now);
        claimed.ifPresent(delivery -> underWay.add(delivery.id()));
        return claimed;
    }

    /** What is on its way stays ours. Is to be called often; asks the database every few seconds. */
    void renew() {
        Instant now = clock.instant();
        if (renewedAt.plus(RENEWED_EVERY).isAfter(now) || underWay.isEmpty()) {
            return;
        }
        deliveries.renew(List.copyOf(underWay), LEASE, now);
        renewedAt = now;
    }

    /**
     * How long nothing can be sent.
     *
     * @param asked when the last claim came to nothing
     */
    Duration untilNext(Channel channel, Lane lane, Instant asked, Duration atMost) {
        return deliveries
                .nextDue(channel.name(), channel.pace(), lane, asked)
                .map(at -> Duration.between(clock.instant(), at))
                .filter(wait -> wait.compareTo(atMost) < 0)
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
                .orElse(atMost);
    }

    void send(Channel channel, Delivery delivery) {
        try {
            Optional<String> thread = channel.send(delivery);
            settlement.sent(delivery, thread);
        } catch (SendFailedException e) {
            settlement.failed(delivery, channel.pace(), e);
        } catch (RuntimeException e) {
            settlement.failed(
                    delivery, channel.pace(), new SendFailedException(String.valueOf(e.getMessage()), e, false, null));
        } finally {
            underWay.remove(delivery.id());
        }
    }

    /** Takes a message that nobody has sent since then, as no route serves its channel, as if that had failed. False: there is none. */
    boolean unserved(Instant before) {
        Optional<Delivery> waiting = deliveries.claimUnserved(before, LEASE, clock.instant());
        waiting.ifPresent(delivery -> settlement.unserved(
                delivery,
                "no route `from: alert:" + delivery.channel()
                        + "` is running on any node; add one in routes/channels"));
        return waiting.isPresent();
    }

    /** Says of critical messages that wait for a line that rests, with nobody else to go to, that they reach nobody. */
    void alone() {
        settlement.alone();
    }

    /** Brings a message whose channel rests to its next receiver. False: there is none. */
    boolean blocked() {
        Optional<Delivery> waiting = deliveries.claimBlocked(LEASE, clock.instant());
        waiting.ifPresent(settlement::blocked);
        return waiting.isPresent();
    }
}

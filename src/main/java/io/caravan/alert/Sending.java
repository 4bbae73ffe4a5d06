package io.caravan.alert;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Receiver;
import io.caravan.batch.TimeOrderedId;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one message and notes what came of it. A message is sent at least once: a node that dies between the sending and the note leaves it to another one, which sends it again with the same id.
 * Safe for any thread.
 */
final class Sending {
    private static final Logger LOG = LoggerFactory.getLogger(Sending.class);

    /** Longer than any channel may take; then another node believes that this one has died. */
    private static final Duration LEASE = Duration.ofMinutes(2);

    /** So long a node that serves the channel has had its chance. */
    private static final Duration UNSERVED_FOR = Duration.ofSeconds(30);

    private final Database database;
    private final Clock clock;
    private final Supplier<AlertRouting> routing;
    private final Incidents incidents;
    private final AlertEvents events;
    private final DeliveryRepository deliveries;
    private final GroupRepository groups;
    private final RandomGenerator random = RandomGenerator.getDefault();

    Sending(Database database, Clock clock, Supplier<AlertRouting> routing, Incidents incidents, AlertEvents events) {
        this.database = database;
        this.clock = clock;
        this.routing = routing;
        this.incidents = incidents;
        this.events = events;
        this.deliveries = new DeliveryRepository(database);
        this.groups = new GroupRepository(database);
    }

    /** False: nothing is due for this channel. */
    boolean one(Channel channel, boolean critical) {
        Optional<Delivery> due = deliveries.claim(List.of(channel.name()), critical, LEASE, clock.instant());
        due.ifPresent(delivery -> send(channel, delivery));
        return due.isPresent();
    }

    /** Takes a message that nobody sends, as if its channel had failed. False: there is none. */
    boolean unserved(List<String> served) {
        Instant now = clock.instant();
        Optional<Delivery> waiting = deliveries.claimUnserved(served, now.minus(UNSERVED_FOR), LEASE, now);
        waiting.ifPresent(delivery -> failed(
                delivery,
                new SendFailedException(
                        "no route `from: alert:" + delivery.channel() + "` is running; add one in routes/channels",
                        null,
                        false,
                        null)));
        return waiting.isPresent();
    }

    /** How long nothing will be due. */
    Duration untilNext(Channel channel, Duration atMost) {
        Instant now = clock.instant();
        return deliveries
                .nextDue(List.of(channel.name()), now)
                .map(at -> Duration.between(now, at))
                .filter(wait -> wait.compareTo(atMost) < 0)
                .orElse(atMost);
    }

    private void send(Channel channel, Delivery delivery) {
        try {
            Optional<String> thread = channel.send(delivery);
            sent(delivery, thread);
        } catch (SendFailedException e) {
            failed(delivery, e);
        } catch (RuntimeException e) {
            failed(delivery, new SendFailedException(String.valueOf(e.getMessage()), e, false, null));
        }
    }

    private void sent(Delivery delivery, Optional<String> thread) {
        Instant now = clock.instant();
        Duration took = Duration.between(delivery.signalAt(), now);
        database.runInTransaction(connection -> {
            deliveries.sent(delivery.id(), now);
            delivery.group().ifPresent(group -> remember(group, delivery.kind(), thread));
            database.afterCommit(() -> events.sent(delivery, took));
        });
        incidents.resolve(List.of(troubleKey(delivery)), AuditRepository.CARAVAN, "a message went through");
        LOG.info(
                "receiver={} kind={} severity={} took={} ms",
                delivery.receiver(),
                delivery.kind(),
                delivery.severity().word(),
                took.toMillis());
    }

    /** What is told after a recovery is another story, and begins a message of its own. */
    private void remember(long group, MessageKind kind, Optional<String> thread) {
        if (kind == MessageKind.RESOLVED) {
            groups.thread(group, null);
        } else {
            thread.ifPresent(place -> groups.thread(group, place));
        }
    }

    private void failed(Delivery delivery, SendFailedException failure) {
        String error = String.valueOf(failure.getMessage());
        Instant now = clock.instant();
        Duration waited = Duration.between(delivery.signalAt(), now);
        Duration patience = delivery.fallback().isEmpty()
                ? RetryRule.patience(delivery.severity())
                : RetryRule.patienceWithFallback(delivery.severity());
        Duration pause = RetryRule.pause(delivery.tries(), failure.retryAfter(), random);
        if (failure.isPermanent() || waited.plus(pause).compareTo(patience) > 0) {
            giveUp(delivery, error, now);
        } else {
            LOG.warn("receiver={} can't be told: {}; again in {}", delivery.receiver(), error, pause);
            deliveries.retry(delivery.id(), now.plus(pause), error);
            events.retried(delivery, error);
        }
    }

    private void giveUp(Delivery delivery, String error, Instant now) {
        database.runInTransaction(connection -> {
            deliveries.failed(delivery.id(), error);
            Optional<Receiver> next = delivery.fallback().stream()
                    .flatMap(name -> routing.get().receiver(name).stream())
                    .findFirst();
            next.ifPresent(receiver -> deliveries.insert(instead(delivery, receiver, now), now));
            raiseTrouble(delivery, error, now);
            if (next.isEmpty()) {
                LOG.error(
                        "receiver={} is not told of a {} alert: {}; nobody else is named. The message is kept: caravan alert deliveries --failed",
                        delivery.receiver(),
                        delivery.severity().word(),
                        error);
            } else {
                LOG.warn(
                        "receiver={} can't be told: {}; telling {}",
                        delivery.receiver(),
                        error,
                        next.get().name());
            }
            database.afterCommit(() -> events.failed(delivery, error));
        });
    }

    private static Delivery instead(Delivery failed, Receiver receiver, Instant now) {
        List<String> rest = failed.fallback().stream()
                .dropWhile(name -> !name.equals(receiver.name()))
                .skip(1)
                .toList();
        return new Delivery(
                TimeOrderedId.at(now),
                failed.group(),
                receiver.name(),
                receiver.channel(),
                receiver.address(),
                failed.severity(),
                failed.kind(),
                failed.message(),
                rest,
                failed.signalAt(),
                0,
                Optional.empty());
    }

    /** That nobody can be reached this way is a problem of its own; but not one more for each message about it. */
    private void raiseTrouble(Delivery delivery, String error, Instant now) {
        if (delivery.kind() == MessageKind.TEST || delivery.message().contains(troubleKey(delivery))) {
            return;
        }
        incidents.raise(List.of(new Signal(
                troubleKey(delivery),
                Severity.HIGH,
                Map.of("kind", "CHANNEL", "channel", delivery.channel(), "receiver", delivery.receiver()),
                "Alerts don't reach " + delivery.receiver() + " by " + delivery.channel(),
                Json.text(Map.of(
                        "cause",
                        error,
                        "action",
                        "Mend the channel, then send what is kept: caravan alert resend --receiver "
                                + delivery.receiver())),
                now,
                1)));
    }

    private static String troubleKey(Delivery delivery) {
        return "channel/" + delivery.channel() + "/" + delivery.receiver();
    }
}

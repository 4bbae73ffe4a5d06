package io.caravan.alert;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Receiver;
import io.caravan.batch.TimeOrderedId;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes what came of a message, and sees to it that somebody else is told where that is not what was wanted. Safe for any thread. */
final class Settlement {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final Database database;
    private final Clock clock;
    private final Supplier<AlertRouting> routing;
    private final ChannelTrouble trouble;
    private final AlertEvents events;
    private final DeliveryRepository deliveries;
    private final LineRepository lines;
    private final ReaderRepository readers;
    private final RandomGenerator random = RandomGenerator.getDefault();

    Settlement(
            Database database, Clock clock, Supplier<AlertRouting> routing, Incidents incidents, AlertEvents events) {
        this.database = database;
        this.clock = clock;
        this.routing = routing;
        this.trouble = new ChannelTrouble(incidents);
        this.events = events;
        this.deliveries = new DeliveryRepository(database);
        this.lines = new LineRepository(database);
        this.readers = new ReaderRepository(database);
    }

    void sent(Delivery delivery, Optional<String> thread) {
        Instant now = clock.instant();
        Duration took = Duration.between(delivery.signalAt(), now);
        database.runInTransaction(connection -> {
            boolean troubled = deliveries.sent(
                    delivery.id(),
                    ChannelTrouble.key(delivery),
                    confirmation(delivery).map(now::plus).orElse(null),
                    now);
            lines.works(delivery.id(), now);
            remember(delivery, thread);
            if (troubled) {
                trouble.over(delivery);
            }
            database.afterCommit(() -> events.sent(delivery, took));
        });
        LOG.info(
                "receiver={} kind={} severity={} took={} ms",
                delivery.receiver(),
                delivery.kind(),
                delivery.severity().word(),
                took.toMillis());
    }

    /** How long the service may take to say that it is there, where somebody else can be told then. */
    private Optional<Duration> confirmation(Delivery delivery) {
        return delivery.fallback().isEmpty()
                ? Optional.empty()
                : routing.get().receiver(delivery.receiver()).flatMap(Receiver::confirm);
    }

    /** What is told after a recovery is another story, and begins a message of its own. */
    private void remember(Delivery delivery, Optional<String> thread) {
        if (delivery.kind() == MessageKind.RESOLVED) {
            readers.forget(delivery.id());
        } else {
            readers.put(delivery.id(), thread);
        }
    }

    void failed(Delivery delivery, Pace pace, SendFailedException failure) {
        String error = String.valueOf(failure.getMessage());
        Instant now = clock.instant();
        Optional<Duration> asked = failure.retryAfter().map(RetryRule::heeded);
        database.runInTransaction(connection -> {
            note(delivery, pace, failure.kind(), asked, error, now);
            if (failure.movedTo().isPresent()) {
                follow(delivery, failure.movedTo().get(), error, now);
            } else if (failure.isPermanent()) {
                giveUp(delivery, error, remedy(delivery, failure.kind()), now);
            } else {
                again(delivery, asked, error, now);
            }
        });
    }

    private static String remedy(Delivery delivery, SendFailedException.Kind kind) {
        return kind == SendFailedException.Kind.GONE
                ? "Nothing is sent there any more. Mend the channel in routes/ or the address in config/alerts.yaml, then: caravan alert send --test "
                        + delivery.receiver()
                : mend(delivery);
    }

    private static String mend(Delivery delivery) {
        return "Mend the channel, then send what is kept: caravan alert resend --receiver " + delivery.receiver();
    }

    /** What the failure says of the line. */
    private void note(
            Delivery delivery,
            Pace pace,
            SendFailedException.Kind kind,
            Optional<Duration> asked,
            String error,
            Instant now) {
        if (kind == SendFailedException.Kind.GONE) {
            lines.stopped(delivery.id(), pace, error, now);
            LOG.error(
                    "channel={} receiver={} state=STOPPED {}; nothing is sent there until caravan alert send --test {}",
                    delivery.channel(),
                    delivery.receiver(),
                    error,
                    delivery.receiver());
        } else if (kind != SendFailedException.Kind.TEMPORARY) {
            lines.works(delivery.id(), now);
        } else if (asked.isPresent()) {
            lines.waits(delivery.id(), pace, now.plus(asked.get()), error);
            LOG.warn("channel={} asks to be left alone for {}: {}", delivery.channel(), asked.get(), error);
        } else {
            int failures = lines.failed(delivery.id(), pace, error);
            LineRule.rest(failures).ifPresent(rest -> {
                lines.rests(delivery.id(), pace, now.plus(rest));
                LOG.warn("channel={} state=RESTING failures={} for={} {}", delivery.channel(), failures, rest, error);
            });
        }
    }

    private void follow(Delivery delivery, String to, String error, Instant now) {
        lines.moved(delivery.id(), to);
        readers.leaveThread(delivery.id());
        deliveries.retry(delivery.id(), now, error);
        trouble.moved(delivery, to, now);
        LOG.warn("channel={} receiver={} has moved to {}", delivery.channel(), delivery.receiver(), to);
    }

    private void again(Delivery delivery, Optional<Duration> asked, String error, Instant now) {
        Duration waited = Duration.between(delivery.queuedAt(), now);
        Duration pause = RetryRule.pause(delivery.tries(), asked, random);
        boolean tooLate = waited.plus(pause).compareTo(RetryRule.patience(delivery.severity())) > 0;
        boolean endless = waited.plus(pause).compareTo(RetryRule.patienceAlone(delivery.severity())) > 0;
        if (delivery.fallback().isEmpty() ? endless : tooLate) {
            giveUp(delivery, error, mend(delivery), now);
            return;
        }
        deliveries.retry(delivery.id(), now.plus(pause), error);
        if (tooLate) {
            unreached(delivery, error, now);
        } else {
            LOG.warn("receiver={} can't be told: {}; again in {}", delivery.receiver(), error, pause);
        }
        database.afterCommit(() -> events.retried(delivery, error));
    }

    /** No route of any node serves its channel. */
    void unserved(Delivery delivery, String error) {
        database.runInTransaction(connection -> again(delivery, Optional.empty(), error, clock.instant()));
    }

    /** Its line rests, or has stopped. */
    void blocked(Delivery delivery) {
        database.runInTransaction(connection -> {
            String error = lines.list(clock.instant()).stream()
                    .filter(line -> line.channel().equals(delivery.channel()))
                    .filter(line -> line.address().isEmpty() || line.address().equals(delivery.address()))
                    .findFirst()
                    .map(line -> "channel " + line.channel() + " "
                            + (line.state() == LineState.STOPPED ? "has stopped: " : "rests: ")
                            + line.error().orElse("it failed"))
                    .orElse("the channel rests");
            giveUp(delivery, error, mend(delivery), clock.instant());
        });
    }

    /** What is critical and has nobody else to go to is not reached while its line rests. */
    void alone() {
        database.runInTransaction(
                connection -> deliveries.alone(clock.instant()).forEach(Settlement::logUnreached));
    }

    /** The service had taken it, and says now that it does not arrive: nobody tries that again. */
    void returned(Delivery delivery, String error) {
        database.runInTransaction(connection -> giveUp(delivery, error, mend(delivery), clock.instant()));
    }

    /** Sees to it that another receiver is told the same, unless it is anyway; empty: nobody is left. */
    Optional<Receiver> tellNext(Delivery delivery, Instant now) {
        Map<String, Boolean> told = deliveries.told(delivery);
        Optional<Receiver> next = delivery.fallback().stream()
                .flatMap(name -> routing.get().receiver(name).stream())
                .filter(receiver -> told.getOrDefault(receiver.name(), true))
                .findFirst();
        next.filter(receiver -> !told.containsKey(receiver.name()))
                .ifPresent(receiver -> tell(receiver, delivery, now));
        return next;
    }

    private void tell(Receiver receiver, Delivery delivery, Instant now) {
        Delivery instead = instead(delivery, receiver, now);
        if (instead.group().isEmpty() || !deliveries.supersede(instead)) {
            deliveries.insert(instead, delivery.id());
        }
        readers.tell(instead, true);
    }

    private void giveUp(Delivery delivery, String error, String remedy, Instant now) {
        if (!deliveries.failed(delivery.id(), error)) {
            LOG.info("receiver={} {}, but the message has arrived or is with another node", delivery.receiver(), error);
            return;
        }
        tellNext(delivery, now)
                .ifPresentOrElse(
                        receiver -> LOG.warn(
                                "receiver={} can't be told: {}; telling {}",
                                delivery.receiver(),
                                error,
                                receiver.name()),
                        () -> unreached(delivery, error, now));
        trouble.raise(delivery, error, remedy, now);
        database.afterCommit(() -> events.failed(delivery, error));
    }

    private void unreached(Delivery delivery, String error, Instant now) {
        deliveries.unreached(delivery.id(), now);
        logUnreached(delivery, error);
    }

    private static void logUnreached(Delivery delivery, String error) {
        LOG.error(
                "receiver={} is not told of a {} alert: {}; nobody else is named. The message is kept: caravan alert deliveries",
                delivery.receiver(),
                delivery.severity().word(),
                error);
    }

    private static Delivery instead(Delivery failed, Receiver receiver, Instant now) {
        UUID id = TimeOrderedId.at(now);
        return new Delivery(
                id,
                failed.group(),
                receiver.name(),
                receiver.channel(),
                receiver.address(),
                failed.severity(),
                failed.kind(),
                Message.readdressed(failed.message(), id, receiver),
                Receiver.after(receiver.name(), failed.fallback()),
                failed.signalAt(),
                receiver.reachableFrom(now, failed.severity()),
                0,
                0,
                Optional.empty());
    }
}

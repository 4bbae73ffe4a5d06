package io.caravan.alert;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.HeartbeatRule;
import io.caravan.batch.TimeOrderedId;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service's sign of life: an ordinary message through the outbox and a channel, so that it arrives only while these work, given only while all vital parts do. All nodes together give one. One thread.
 */
final class Heartbeat {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    /** A message that could have gone for so long, and did not, shows that messages don't go. */
    private static final Duration STUCK_AFTER = Duration.ofMinutes(2);

    private final Database database;
    private final Clock clock;
    private final Supplier<AlertRouting> routing;
    private final List<Vital> vitals;
    private final HeartbeatRepository heartbeats;
    private final DeliveryRepository deliveries;
    private Optional<String> withheld = Optional.empty();

    Heartbeat(Database database, Clock clock, Supplier<AlertRouting> routing, List<Vital> vitals) {
        this.database = database;
        this.clock = clock;
        this.routing = routing;
        this.vitals = List.copyOf(vitals);
        this.heartbeats = new HeartbeatRepository(database);
        this.deliveries = new DeliveryRepository(database);
    }

    /** Gives one if it is due. */
    void beat() {
        routing.get().heartbeat().ifPresent(rule -> {
            Instant now = clock.instant();
            Optional<String> trouble = trouble(now);
            tell(trouble);
            if (trouble.isEmpty()) {
                database.runInTransaction(connection -> give(rule, now));
            }
        });
    }

    private Optional<String> trouble(Instant now) {
        long stuck = heartbeats.stuck(now.minus(STUCK_AFTER), now);
        return stuck > 0
                ? Optional.of(stuck + " messages wait since more than " + STUCK_AFTER.toMinutes()
                        + " min although their channels are free")
                : vitals.stream().flatMap(vital -> vital.trouble().stream()).findFirst();
    }

    private void tell(Optional<String> trouble) {
        if (trouble.isPresent() && withheld.isEmpty()) {
            LOG.error("heartbeat=WITHHELD {}", trouble.get());
        } else if (trouble.isEmpty() && withheld.isPresent()) {
            LOG.info("heartbeat=GIVEN again");
        }
        withheld = trouble;
    }

    private void give(HeartbeatRule rule, Instant now) {
        if (!heartbeats.beat(rule.to().name(), now, now.plus(rule.every()))) {
            return;
        }
        heartbeats.forget(rule.to().name());
        UUID id = TimeOrderedId.at(now);
        deliveries.insert(new Delivery(
                id,
                Optional.empty(),
                rule.to().name(),
                rule.to().channel(),
                rule.to().address(),
                Severity.LOW,
                MessageKind.HEARTBEAT,
                Message.heartbeat(id, rule, now),
                List.of(),
                now,
                now,
                0,
                0,
                Optional.empty()));
    }
}

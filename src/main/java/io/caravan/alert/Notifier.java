package io.caravan.alert;

import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at each group when it is due, escalates what nobody acknowledges, and gives the sign of life. Sleeps until then; any number of nodes may do this. One thread. */
final class Notifier {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    private final Database database;
    private final Clock clock;
    private final Duration sweep;
    private final Telling telling;
    private final Strays strays;
    private final Readdressing readdressing;
    private final Sending sending;
    private final Confirmations confirmations;
    private final Heartbeat heartbeat;
    private final Retention retention;
    private final ServedChannels served;
    private final GroupRepository groups;
    private final DeliveryRepository deliveries;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopping;

    Notifier(
            Database database,
            Clock clock,
            Duration sweep,
            Telling telling,
            Strays strays,
            Readdressing readdressing,
            Sending sending,
            Confirmations confirmations,
            Heartbeat heartbeat,
            Retention retention,
            ServedChannels served) {
        this.database = database;
        this.clock = clock;
        this.sweep = sweep;
        this.telling = telling;
        this.strays = strays;
        this.readdressing = readdressing;
        this.sending = sending;
        this.confirmations = confirmations;
        this.heartbeat = heartbeat;
        this.retention = retention;
        this.served = served;
        this.groups = new GroupRepository(database);
        this.deliveries = new DeliveryRepository(database);
        this.thread = new Thread(this::run, "caravan-alert-notifier");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void wake() {
        wake.release();
    }

    void stop() {
        stopping = true;
        wake.release();
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            Duration pause = sweep;
            try {
                look();
                pause = untilNext();
            } catch (DatabaseException e) {
                LOG.warn("alerts can't be told: {}; trying again in {}", e.getMessage(), sweep);
            } catch (RuntimeException e) {
                LOG.error("alerts can't be told; trying again in {}", sweep, e);
            }
            try {
                if (wake.tryAcquire(Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            } catch (InterruptedException e) {
                LOG.debug("woken", e);
            }
        }
    }

    /** Does all that is due now. */
    void look() {
        renew();
        deliveries.reclaim(clock.instant());
        strays.place();
        readdressing.follow();
        while (!stopping && (flush(groups::urgent) || escalate() || sending.blocked() || flush(groups::due))) {
            renew();
        }
        while (!stopping && served.unservedBefore().filter(sending::unserved).isPresent()) {
            renew();
        }
        sending.alone();
        while (!stopping && confirmations.overdue()) {
            LOG.trace("a message that nobody has confirmed was looked at");
        }
        heartbeat.beat();
        retention.forget();
    }

    /** Other nodes know that this one lives, by what it is at and what it could do. */
    private void renew() {
        sending.renew();
        served.renew();
    }

    /** One group at a time, so that what is critical, or has to go another way, waits for no more than one that is not. */
    private boolean flush(Function<Instant, Optional<Group>> due) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            Optional<Group> group = due.apply(now);
            group.ifPresent(one -> telling.flush(one, now));
            return group.isPresent();
        });
    }

    private boolean escalate() {
        return database.inTransaction(connection -> telling.escalate(clock.instant()));
    }

    private Duration untilNext() {
        return groups.next()
                .map(at -> Duration.between(clock.instant(), at))
                .filter(wait -> wait.compareTo(sweep) < 0)
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
                .orElse(sweep);
    }
}

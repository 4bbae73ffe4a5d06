package io.caravan.database.outbox;

import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings notices to one route, in a thread of its own. */
final class RouteDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(RouteDelivery.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration CONFIRMED_EVERY = Duration.ofHours(1);

    private final Database database;
    private final Clock clock;
    private final Subscriber subscriber;
    private final OutboxRepository repository;
    private final Runnable forget;
    private final Duration sweep;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopping;
    private Instant confirmed = Instant.MIN;
    private Instant asked = Instant.MIN;

    /**
     * @param forget drops old subscriptions; called now and then
     */
    RouteDelivery(
            Database database,
            Clock clock,
            Subscriber subscriber,
            OutboxRepository repository,
            Runnable forget,
            Duration sweep) {
        this.database = database;
        this.clock = clock;
        this.subscriber = subscriber;
        this.repository = repository;
        this.forget = forget;
        this.sweep = sweep;
        this.thread = new Thread(this::run, "caravan-tell-" + subscriber.route());
        thread.setDaemon(true);
    }

    /** What a route threw. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(Exception cause) {
            super(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
        }
    }

    void start() {
        thread.start();
    }

    void wake() {
        wake.release();
    }

    /** Ends after the notice that the route is at. */
    void stop() {
        stopping = true;
        wake.release();
    }

    void join(Duration patience) {
        try {
            thread.join(Math.max(1, patience.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes sure that the route is told; where the database can't be reached, its thread goes on trying. */
    void subscribe() {
        Instant now = clock.instant();
        if (confirmed.isAfter(now.minus(CONFIRMED_EVERY))) {
            return;
        }
        try {
            repository.subscribe(subscriber.route(), subscriber.wants(), now);
            confirmed = now;
            forget.run();
        } catch (DatabaseException e) {
            LOG.warn("route={} can't subscribe: {}; trying again in {}", subscriber.route(), e.getMessage(), sweep);
        }
    }

    private void run() {
        while (!stopping) {
            Duration pause = sweep;
            try {
                subscribe();
                while (!stopping && one()) {
                    LOG.trace("route={} was told", subscriber.route());
                }
                pause = untilRetry();
            } catch (DatabaseException e) {
                LOG.warn("route={} can't be told news: {}; again in {}", subscriber.route(), e.getMessage(), sweep);
            } catch (RuntimeException e) {
                LOG.error("route={} can't be told news; again in {}", subscriber.route(), sweep, e);
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

    /** Until a notice that failed is to be told again, if that is sooner than the next sweep. */
    private Duration untilRetry() {
        return repository
                .nextRetry(subscriber.route(), asked)
                .map(at -> Duration.between(clock.instant(), at).plusMillis(1))
                .filter(wait -> wait.compareTo(sweep) < 0)
                .orElse(sweep);
    }

    /** False: there is none that is due. */
    private boolean one() {
        Told[] tried = new Told[1];
        asked = clock.instant();
        try {
            return database.inTransaction(connection -> {
                Optional<Told> next = repository.next(subscriber.route(), asked);
                if (next.isPresent()) {
                    tried[0] = next.get();
                    tell(next.get());
                    repository.done(next.get().id());
                }
                return next.isPresent();
            });
        } catch (Failed e) {
            retryLater(tried[0], e);
            return true;
        }
    }

    private void tell(Told notice) {
        try {
            subscriber.tell(notice);
        } catch (Exception e) {
            throw new Failed(e);
        }
    }

    private void retryLater(Told notice, Failed failure) {
        Instant again = clock.instant().plus(pauseAfter(notice.tries()));
        LOG.warn(
                "route={} could not process {}: {}; it is told again at {}",
                subscriber.route(),
                notice.labels(),
                failure.getMessage(),
                again);
        repository.retry(notice.id(), again);
    }

    private static Duration pauseAfter(int tries) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 10));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}

package io.caravan.dag;

import io.caravan.dag.NoticeRepository.Waiting;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to the routes that want them. A route processes an event in the transaction that takes it out of the outbox: what it writes to this database it writes once; what it sends
 * elsewhere it may send again after a crash. One that fails is tried again later, and others don't wait for it. One thread.
 */
final class NoticeDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeDelivery.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** A subscription that no node has confirmed for so long was deleted with its route. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(7);

    private final Database database;
    private final Clock clock;
    private final EventRoutes routes;
    private final Duration sweep;
    private final NoticeRepository notices;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopping;

    NoticeDelivery(Database database, Clock clock, EventRoutes routes, Duration sweep) {
        this.database = database;
        this.clock = clock;
        this.routes = routes;
        this.sweep = sweep;
        this.notices = new NoticeRepository(database);
        this.thread = new Thread(this::run, "caravan-dag-events");
        thread.setDaemon(true);
    }

    void start() {
        routes.onChange(wake::release);
        thread.start();
    }

    /** There may be news. */
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
            try {
                List<DagEventConsumer> here = routes.all();
                if (!here.isEmpty()) {
                    subscribe(here);
                    here.forEach(this::deliver);
                }
            } catch (DatabaseException e) {
                LOG.warn("events can't be handed out: {}; trying again in {}", e.getMessage(), sweep);
            } catch (RuntimeException e) {
                LOG.error("events can't be handed out; trying again in {}", sweep, e);
            }
            try {
                if (wake.tryAcquire(sweep.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            } catch (InterruptedException e) {
                LOG.debug("woken", e);
            }
        }
    }

    private void subscribe(List<DagEventConsumer> here) {
        Instant now = clock.instant();
        database.runInTransaction(connection -> {
            for (DagEventConsumer route : here) {
                notices.subscribe(
                        route.route(),
                        route.workflow(),
                        route.kinds().stream().map(EventKind::word).sorted().toList(),
                        now);
            }
            notices.forget(here.stream().map(DagEventConsumer::route).toList(), now.minus(FORGOTTEN_AFTER));
        });
    }

    private void deliver(DagEventConsumer route) {
        boolean more = true;
        while (more && !stopping) {
            more = one(route);
        }
    }

    /** False: there is none that is due. */
    private boolean one(DagEventConsumer route) {
        Waiting[] tried = new Waiting[1];
        try {
            return database.inTransaction(connection -> {
                Optional<Waiting> next = notices.next(route.route(), clock.instant());
                if (next.isPresent()) {
                    tried[0] = next.get();
                    route.tell(next.get());
                    notices.done(next.get().id());
                }
                return next.isPresent();
            });
        } catch (DatabaseException e) {
            throw e;
        } catch (RuntimeException e) {
            Waiting notice = tried[0];
            if (notice == null) {
                throw e;
            }
            Instant again = clock.instant().plus(pause(notice.tries()));
            LOG.warn(
                    "route={} could not process {} of dag={}: {}; it is tried again at {}",
                    route.route(),
                    notice.kind(),
                    notice.dag(),
                    e.getMessage(),
                    again);
            notices.retry(notice.id(), again);
            return true;
        }
    }

    private static Duration pause(int tries) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 10));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}

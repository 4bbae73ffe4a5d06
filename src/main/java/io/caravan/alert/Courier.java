package io.caravan.alert;

import io.caravan.database.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries the messages of one lane of one channel: a thread that claims them, and workers that send them, four at most. */
final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final int WORKERS = 4;

    private final Channel channel;
    private final Lane lane;
    private final Sending sending;
    private final Duration sweep;
    private final Semaphore wake = new Semaphore(0);
    private final Semaphore free = new Semaphore(WORKERS);
    private final ExecutorService workers;
    private final Thread thread;
    private volatile boolean stopping;

    Courier(Channel channel, Lane lane, Sending sending, Duration sweep) {
        this.channel = channel;
        this.lane = lane;
        this.sending = sending;
        this.sweep = sweep;
        String name = "caravan-alert-" + channel.name() + (lane == Lane.CRITICAL ? "-critical" : "");
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        AtomicInteger number = new AtomicInteger();
        this.workers = Executors.newCachedThreadPool(task -> {
            Thread worker = new Thread(task, name + "-" + number.incrementAndGet());
            worker.setDaemon(true);
            return worker;
        });
    }

    Courier start() {
        thread.start();
        return this;
    }

    void wake() {
        wake.release();
    }

    /** Ends after the messages that it is at. */
    void stop() {
        stopping = true;
        wake.release();
    }

    void join(Duration patience) {
        try {
            long until = System.nanoTime() + patience.toNanos();
            thread.join(Math.max(1, patience.toMillis()));
            workers.awaitTermination(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            Duration pause = sweep;
            try {
                pause = carry();
            } catch (DatabaseException e) {
                LOG.warn("channel={} can't send: {}; trying again in {}", channel.name(), e.getMessage(), sweep);
            } catch (RuntimeException e) {
                LOG.error("channel={} can't send; trying again in {}", channel.name(), sweep, e);
            } catch (InterruptedException e) {
                LOG.debug("woken", e);
            }
            rest(pause);
        }
        workers.shutdown();
    }

    /** Sends all that can be sent now; the answer is for how long there is nothing. */
    private Duration carry() throws InterruptedException {
        while (!stopping) {
            free.acquire();
            Instant now = sending.now();
            Optional<Delivery> claimed = claim(now);
            if (claimed.isEmpty()) {
                return sending.untilNext(channel, lane, now, sweep);
            }
            workers.execute(() -> send(claimed.get()));
        }
        return Duration.ZERO;
    }

    private Optional<Delivery> claim(Instant now) {
        Optional<Delivery> claimed = Optional.empty();
        try {
            claimed = sending.claim(channel, lane, now);
            return claimed;
        } finally {
            if (claimed.isEmpty()) {
                free.release();
            }
        }
    }

    private void send(Delivery delivery) {
        try {
            sending.send(channel, delivery);
        } catch (RuntimeException e) {
            LOG.warn(
                    "channel={} can't note what came of {}: {}; it is sent again",
                    channel.name(),
                    delivery.id(),
                    e.getMessage());
        } finally {
            free.release();
            wake();
        }
    }

    private void rest(Duration pause) {
        try {
            if (!stopping && wake.tryAcquire(Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            LOG.debug("woken", e);
        }
    }
}

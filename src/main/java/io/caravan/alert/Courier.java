package io.caravan.alert;

import io.caravan.database.DatabaseException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries the messages of one channel, in a thread of its own: all, or only the critical ones, so that these never wait behind others. */
final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    private final Channel channel;
    private final boolean critical;
    private final Sending sending;
    private final Duration sweep;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopping;

    Courier(Channel channel, boolean critical, Sending sending, Duration sweep) {
        this.channel = channel;
        this.critical = critical;
        this.sending = sending;
        this.sweep = sweep;
        this.thread = new Thread(this::run, "caravan-alert-" + channel.name() + (critical ? "-critical" : ""));
        thread.setDaemon(true);
    }

    Courier start() {
        thread.start();
        return this;
    }

    void wake() {
        wake.release();
    }

    /** Ends after the message that it is at. */
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

    private void run() {
        while (!stopping) {
            Duration pause = sweep;
            try {
                while (!stopping && sending.one(channel, critical)) {
                    LOG.trace("channel={} sent a message", channel.name());
                }
                pause = sending.untilNext(channel, sweep);
            } catch (DatabaseException e) {
                LOG.warn("channel={} can't send: {}; trying again in {}", channel.name(), e.getMessage(), sweep);
            } catch (RuntimeException e) {
                LOG.error("channel={} can't send; trying again in {}", channel.name(), sweep, e);
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
}

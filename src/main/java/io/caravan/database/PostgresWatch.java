package io.caravan.database;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second whether the bundled server lives, and has it started again when it has died although nobody stopped it (killed because memory ran out, say).
 * Where that fails it is tried again after a pause that doubles up to a minute. One thread of its own, which doesn't keep the process alive.
 */
final class PostgresWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Revival revival;
    private final Thread thread = new Thread(this::watch, "caravan-postgres-watch");
    private volatile boolean closed;

    /** Starts the server if it is dead; does nothing where it lives. */
    interface Revival {
        void revive() throws Exception;
    }

    private PostgresWatch(Revival revival) {
        this.revival = revival;
    }

    static PostgresWatch start(Revival revival) {
        PostgresWatch watch = new PostgresWatch(revival);
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        Duration pause = EVERY;
        while (!closed) {
            LockSupport.parkNanos(pause.toNanos());
            pause = closed || isServing() ? EVERY : longer(pause);
        }
    }

    private boolean isServing() {
        try {
            revival.revive();
            return true;
        } catch (Exception e) {
            LOG.error("PostgreSQL is down and could not be started again; the next attempt follows", e);
            return false;
        }
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** Looks no more; a start that is under way is not interrupted. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}

package io.caravan.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what transactions of any node say by {@code pg_notify} on one channel, once they have committed. A message can be missed (a lost connection, a restart of the
 * server), so it may only hurry what would be done anyway; after such a gap the listener is called once with an empty payload.
 *
 * <p>Keeps one connection and one thread until closed.
 */
public final class Notifications implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
    private static final int WAIT_MILLIS = 1_000;

    private static final Query SEND = Query.of("select pg_notify(:channel, :payload)");

    private final Database database;
    private final String channel;
    private final Consumer<String> listener;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Connection listening;

    /**
     * Hears nothing before {@link #start}.
     *
     * @param listener called on this object's thread; should return soon
     */
    public Notifications(Database database, String channel, Consumer<String> listener) {
        if (!channel.matches("[a-z_]+")) {
            throw new IllegalArgumentException("'" + channel + "' is no name of a channel");
        }
        this.database = database;
        this.channel = channel;
        this.listener = listener;
        this.thread = new Thread(this::run, "caravan-listen-" + channel);
        thread.setDaemon(true);
    }

    public Notifications start() {
        thread.start();
        return this;
    }

    /** Says {@code payload} on a channel when this thread's transaction commits; at once where there is none. */
    public static void send(Database database, String channel, String payload) {
        SEND.on(database).set("channel", channel).set("payload", payload).first(row -> true);
    }

    private void run() {
        while (!closed) {
            try (Connection connection = database.unpooled()) {
                listening = connection;
                listen(connection);
            } catch (SQLException | RuntimeException e) {
                if (!closed) {
                    LOG.debug("listening on {} was interrupted: {}; going on in a second", channel, e.getMessage());
                    pause();
                }
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("listen " + channel);
        }
        tell("");
        PGConnection notified = connection.unwrap(PGConnection.class);
        while (!closed) {
            PGNotification[] heard = notified.getNotifications(WAIT_MILLIS);
            if (heard != null) {
                for (PGNotification one : heard) {
                    tell(one.getParameter());
                }
            }
        }
    }

    private void tell(String payload) {
        try {
            listener.accept(payload);
        } catch (RuntimeException e) {
            LOG.warn("what {} said could not be acted on", channel, e);
        }
    }

    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        Connection open = listening;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("closing the connection that listens on {}", channel, e);
            }
        }
        thread.interrupt();
    }
}

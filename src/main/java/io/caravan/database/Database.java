package io.caravan.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL as the rooms see it: transactions bound to the thread, and a {@link DataSource} that joins them.
 *
 * <p>Everything that a batch does (dedup keys, staging, promotion, logs, cursor) runs inside one {@link #inTransaction} of
 * the consumer, so that a crash at any point leaves all of it or none. Safe for use by many threads; a transaction
 * belongs to the thread that opened it.
 */
public final class Database implements AutoCloseable {
    private static final Duration RESERVE_IDLE = Duration.ofMinutes(1);

    private final HikariDataSource pool;

    /**
     * For what runs beside an open transaction: were it to wait for a connection of the same pool, as many batches as the pool is large could all wait for one another.
     */
    private final HikariDataSource reserve;

    // Not static: a transaction belongs to one database, and a process may hold several
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable BoundTransaction> bound = new ThreadLocal<>();

    // Not static, as above
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Fence> fence = new ThreadLocal<>();

    private final DataSource joining = new JoiningDataSource(this);

    private final DatabaseSettings settings;

    private Database(DatabaseSettings settings, HikariDataSource pool, HikariDataSource reserve) {
        this.settings = settings;
        this.pool = pool;
        this.reserve = reserve;
    }

    /**
     * Connects to PostgreSQL.
     *
     * @throws DatabaseException when the server can't be reached or is older than 16; the message names the cure
     */
    public static Database open(DatabaseSettings settings) {
        ServerCheck.require(settings);
        int reserved = Math.max(1, settings.maxConnections() / 8);
        HikariConfig own = config(settings, "caravan", settings.maxConnections() - reserved);
        own.setMinimumIdle(1);
        HikariConfig beside = config(settings, "caravan-beside", reserved);
        beside.setMinimumIdle(0);
        beside.setIdleTimeout(RESERVE_IDLE.toMillis());
        return new Database(settings, new HikariDataSource(own), new HikariDataSource(beside));
    }

    private static HikariConfig config(DatabaseSettings settings, String name, int connections) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(settings.url());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setInitializationFailTimeout(-1);
        // One zone for all nodes: what SQL writes as local time must not depend on where a node runs
        config.setConnectionInitSql("set time zone 'UTC'");
        config.addDataSourceProperty("ApplicationName", "caravan");
        config.addDataSourceProperty("prepareThreshold", "2");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        return config;
    }

    /**
     * Runs {@code work} in the transaction of this thread; opens and commits one where there is none.
     *
     * <p>Joined work stands under a savepoint: if it throws, only its own part is undone and the exception goes on to the
     * caller, who may still commit the rest.
     *
     * @throws DatabaseException for what PostgreSQL refused; other unchecked exceptions of {@code work} pass as they are
     */
    public <T> T inTransaction(TransactionWork<T> work) {
        BoundTransaction current = current();
        return current == null ? open(pool, fence.get(), work) : current.nested(work);
    }

    /**
     * As {@link #inTransaction(TransactionWork)} without a savepoint, which costs two round trips: for a repository's statement inside of work that has one.
     * If it throws, the transaction is of no use until that work is undone, so the exception must be let through to there.
     */
    public <T> T joinTransaction(TransactionWork<T> work) {
        BoundTransaction current = current();
        return current == null ? open(pool, fence.get(), work) : current.joined(work);
    }

    /** As {@link #inTransaction(TransactionWork)}, for work without a result. */
    public void runInTransaction(TransactionAction action) {
        inTransaction(connection -> {
            action.run(connection);
            return true;
        });
    }

    /**
     * Runs {@code work} in a transaction of its own that commits at once, also while this thread has another one open: for
     * what must outlive a failed batch (call log, leases, permits).
     */
    public <T> T separately(TransactionWork<T> work) {
        BoundTransaction outer = bound.get();
        bound.remove();
        try {
            return open(outer == null ? pool : reserve, null, work);
        } finally {
            if (outer != null) {
                bound.set(outer);
            }
        }
    }

    /**
     * Runs {@code work} under a right that it may lose meanwhile: what this thread does to PostgreSQL is committed only while {@code right} holds, but for what is done {@link #separately}, and for
     * single statements of stock steps outside of a transaction, which are only stopped.
     */
    public <T> T fenced(Fence right, Supplier<T> work) {
        Fence outer = fence.get();
        fence.set(right);
        try {
            return work.get();
        } finally {
            if (outer == null) {
                fence.remove();
            } else {
                fence.set(outer);
            }
        }
    }

    /** The right under which this thread works; null: none. */
    @Nullable
    Fence fence() {
        return fence.get();
    }

    /** Whether this thread has a transaction open. */
    public boolean isInTransaction() {
        return bound.get() != null;
    }

    /**
     * Runs {@code action} once this thread's transaction has committed, at once where there is none; never after a
     * rollback of the part that asked for it.
     */
    public void afterCommit(Runnable action) {
        BoundTransaction current = bound.get();
        if (current == null) {
            action.run();
        } else {
            current.afterCommit(action);
        }
    }

    /**
     * The data source for stock components: on a thread with an open transaction it hands out that transaction's
     * connection, which the step can neither commit nor close, so that {@code jdbc:} and {@code sql:} steps join the batch.
     */
    public DataSource dataSource() {
        return joining;
    }

    @Override
    public void close() {
        reserve.close();
        pool.close();
    }

    /**
     * This thread's transaction.
     *
     * @throws WorkStoppedException when its work has been stopped
     */
    @Nullable
    BoundTransaction current() {
        BoundTransaction current = bound.get();
        Fence right = fence.get();
        if (current != null && right != null) {
            right.pass();
        }
        return current;
    }

    /** A connection of the pool, outside any transaction of this thread; the caller closes it. */
    Connection pooled() throws SQLException {
        Fence right = fence.get();
        return right == null ? pool.getConnection() : FencedConnection.of(pool.getConnection(), right);
    }

    /** A connection of its own, for one who keeps it for long; the caller closes it. */
    Connection unpooled() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password());
        properties.setProperty("ApplicationName", "caravan");
        properties.setProperty("tcpKeepAlive", "true");
        return DriverManager.getConnection(settings.url(), properties);
    }

    private <T> T open(HikariDataSource from, @Nullable Fence right, TransactionWork<T> work) {
        BoundTransaction transaction;
        T result;
        try (Connection connection = connection(from)) {
            connection.setAutoCommit(false);
            transaction = new BoundTransaction(connection);
            bound.set(transaction);
            try {
                result = right == null ? work.run(connection) : fenced(right, connection, work);
                connection.commit();
            } catch (Throwable failure) {
                rollback(connection, failure);
                throw failure;
            } finally {
                bound.remove();
            }
        } catch (Exception e) {
            throw unchecked(e);
        }
        transaction.committed();
        return result;
    }

    private static <T> T fenced(Fence right, Connection connection, TransactionWork<T> work) throws Exception {
        right.enter(connection);
        try {
            T result = work.run(connection);
            right.beforeCommit(connection);
            return result;
        } finally {
            right.leave(connection);
        }
    }

    /** The pool gives up in time; whether it lacks a free connection or a server is what people must know. */
    private static Connection connection(HikariDataSource from) throws SQLException {
        try {
            return from.getConnection();
        } catch (SQLTransientConnectionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw new TemporaryDatabaseException("PostgreSQL can't be reached: " + cause.getMessage(), cause);
            }
            throw new TemporaryDatabaseException(
                    "All " + from.getMaximumPoolSize() + " connections were in use for " + from.getConnectionTimeout()
                            + " ms, so nothing was done. If that lasts, raise caravan.database.max-connections",
                    e);
        }
    }

    private static void rollback(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException lost) {
            failure.addSuppressed(lost);
        }
    }

    static RuntimeException unchecked(Exception e) {
        if (e instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (e instanceof SQLException sql) {
            return DatabaseException.of(sql);
        }
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new WorkFailedException(e);
    }
}

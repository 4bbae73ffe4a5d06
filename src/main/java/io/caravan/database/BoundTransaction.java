package io.caravan.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The open transaction of one thread and what waits for its commit. */
final class BoundTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(BoundTransaction.class);

    private final Connection connection;
    private final List<Runnable> afterCommit = new ArrayList<>();

    BoundTransaction(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** The action's log lines carry the context of now, when what it tells has happened. */
    void afterCommit(Runnable action) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        afterCommit.add(() -> run(action, context));
    }

    private static void run(Runnable action, @Nullable Map<String, String> context) {
        Map<String, String> outer = MDC.getCopyOfContextMap();
        MDC.setContextMap(context == null ? Map.of() : context);
        try {
            action.run();
        } finally {
            MDC.setContextMap(outer == null ? Map.of() : outer);
        }
    }

    /** Runs work whose failure undoes only itself. */
    <T> T nested(TransactionWork<T> work) {
        int waiting = afterCommit.size();
        try {
            Savepoint savepoint = connection.setSavepoint();
            try {
                T result = work.run(connection);
                connection.releaseSavepoint(savepoint);
                return result;
            } catch (Throwable failure) {
                afterCommit.subList(waiting, afterCommit.size()).clear();
                undo(savepoint, failure);
                throw failure;
            }
        } catch (Exception e) {
            throw Database.unchecked(e);
        }
    }

    /** Runs work whose failure the caller's own work ends with. */
    <T> T joined(TransactionWork<T> work) {
        try {
            return work.run(connection);
        } catch (Exception e) {
            throw Database.unchecked(e);
        }
    }

    private void undo(Savepoint savepoint, Throwable failure) {
        try {
            connection.rollback(savepoint);
        } catch (SQLException lost) {
            failure.addSuppressed(lost);
        }
    }

    /** The rows are safe, so a listener's failure is told and goes no further. */
    void committed() {
        for (Runnable action : afterCommit) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("A listener failed after its batch had committed; the rows are safe", e);
            }
        }
    }
}

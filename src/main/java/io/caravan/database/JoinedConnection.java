package io.caravan.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * A batch's connection as a stock step sees it: the step can't end the transaction, and when its statement fails only what
 * the step did is undone, so that a route which catches the failure goes on in a transaction that still works.
 */
final class JoinedConnection implements InvocationHandler {
    private final Connection connection;
    private final Savepoint before;
    private boolean closed;

    private JoinedConnection(Connection connection, Savepoint before) {
        this.connection = connection;
        this.before = before;
    }

    static Connection of(Connection connection) throws SQLException {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new JoinedConnection(connection, connection.setSavepoint()));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        return switch (method.getName()) {
            case "close" -> close();
            case "commit", "setAutoCommit", "abort" -> null;
            case "isClosed" -> closed;
            case "getAutoCommit" -> false;
            case "rollback" -> arguments == null ? rollback() : pass(method, arguments);
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> pass(method, arguments);
        };
    }

    private @Nullable Object close() throws SQLException {
        if (!closed) {
            closed = true;
            if (hasFailed()) {
                rollback();
            }
            connection.releaseSavepoint(before);
        }
        return null;
    }

    private @Nullable Object rollback() throws SQLException {
        connection.rollback(before);
        return null;
    }

    private boolean hasFailed() throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.FAILED;
    }

    private @Nullable Object pass(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}

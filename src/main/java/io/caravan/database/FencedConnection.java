package io.caravan.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A connection of the pool in the hands of a stock step that works under a {@link Fence}: until it is closed, its statement can be cancelled. */
final class FencedConnection implements InvocationHandler {
    private final Connection connection;
    private final Fence fence;

    private FencedConnection(Connection connection, Fence fence) {
        this.connection = connection;
        this.fence = fence;
    }

    static Connection of(Connection connection, Fence fence) throws SQLException {
        try {
            fence.enter(connection);
        } catch (WorkStoppedException e) {
            connection.close();
            throw e;
        }
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new FencedConnection(connection, fence));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "close" -> {
                fence.leave(connection);
                yield pass(method, arguments);
            }
            default -> pass(method, arguments);
        };
    }

    private @Nullable Object pass(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}

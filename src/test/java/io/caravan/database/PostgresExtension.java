package io.caravan.database;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;

/**
 * Gives a test class a fresh, migrated database on a real PostgreSQL: parameters of constructors and methods, and unset
 * fields, of type {@link Database} or {@link DatabaseSettings} (for a second node or a child process) are filled in. Nested classes share the database of
 * the outermost class. One server serves the whole JVM.
 *
 * <pre>{@code
 * @ExtendWith(PostgresExtension.class)
 * class LeasesTest {
 *     private final Database database;
 *
 *     LeasesTest(Database database) {
 *         this.database = database;
 *     }
 * }
 * }</pre>
 */
public final class PostgresExtension implements BeforeAllCallback, TestInstancePostProcessor, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) throws IllegalAccessException {
        fill(context.getRequiredTestClass(), null, context);
    }

    @Override
    public void postProcessTestInstance(Object test, ExtensionContext context) throws IllegalAccessException {
        fill(test.getClass(), test, context);
    }

    private static void fill(Class<?> type, @Nullable Object test, ExtensionContext context)
            throws IllegalAccessException {
        for (var declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
            for (var field : declaring.getDeclaredFields()) {
                if (isOurs(field.getType()) && isToFill(field, test)) {
                    field.set(test, value(field.getType(), context));
                }
            }
        }
    }

    private static boolean isToFill(Field field, @Nullable Object test) throws IllegalAccessException {
        int modifiers = field.getModifiers();
        if (Modifier.isFinal(modifiers) || Modifier.isStatic(modifiers) != (test == null)) {
            return false;
        }
        field.setAccessible(true);
        return field.get(test) == null;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return isOurs(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return value(parameter.getParameter().getType(), context);
    }

    private static boolean isOurs(Class<?> type) {
        return type == Database.class || type == DatabaseSettings.class;
    }

    private static Object value(Class<?> type, ExtensionContext context) {
        var fresh = outermostClass(context)
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        FreshDatabase.class, key -> TestServer.instance().fresh(), FreshDatabase.class);
        return type == Database.class ? fresh.database() : fresh.settings();
    }

    private static ExtensionContext outermostClass(ExtensionContext context) {
        var outermost = context;
        for (var parent = context.getParent();
                parent.isPresent() && parent.get().getTestClass().isPresent();
                parent = parent.get().getParent()) {
            outermost = parent.get();
        }
        return outermost;
    }
}

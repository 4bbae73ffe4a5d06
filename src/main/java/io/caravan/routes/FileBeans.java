package io.caravan.routes;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.camel.spi.BeanRepository;
import org.jspecify.annotations.Nullable;

/**
 * The files' beans as Camel's registry sees them, by name and by class. Camel looks for beans of several types whenever it builds a route and, in its own registry, at each
 * bean that there is; here it looks at each class, of which there are few. Safe for any thread.
 */
final class FileBeans implements BeanRepository {
    private final Map<String, Object> byName = new ConcurrentHashMap<>();
    private final Map<Class<?>, Map<String, Object>> byClass = new ConcurrentHashMap<>();

    void bind(String name, Object bean) {
        unbind(name);
        byName.put(name, bean);
        byClass.computeIfAbsent(bean.getClass(), type -> new ConcurrentSkipListMap<>())
                .put(name, bean);
    }

    void unbind(String name) {
        Object bean = byName.remove(name);
        if (bean != null) {
            byClass.computeIfPresent(bean.getClass(), (type, beans) -> {
                beans.remove(name);
                return beans.isEmpty() ? null : beans;
            });
        }
    }

    @Override
    public @Nullable Object lookupByName(String name) {
        return byName.get(name);
    }

    @Override
    public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
        Object bean = byName.get(name);
        return type.isInstance(bean) ? type.cast(bean) : null;
    }

    @Override
    public <T> Map<String, T> findByTypeWithName(Class<T> type) {
        Map<String, T> found = new LinkedHashMap<>();
        byClass.forEach((beanClass, beans) -> {
            if (type.isAssignableFrom(beanClass)) {
                beans.forEach((name, bean) -> found.put(name, type.cast(bean)));
            }
        });
        return found;
    }

    @Override
    public <T> Set<T> findByType(Class<T> type) {
        return new LinkedHashSet<>(findByTypeWithName(type).values());
    }
}

package io.caravan.dag.engine;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Values by name, each read when it is first asked for, and kept; all of them at once by who wants to see them all. Can't be changed. Safe for any thread. */
final class LazyMap<V> extends AbstractMap<String, V> {
    private final Map<String, Optional<V>> known = new ConcurrentHashMap<>();
    private final Function<String, Optional<V>> one;
    private final Supplier<Map<String, V>> all;

    LazyMap(Function<String, Optional<V>> one, Supplier<Map<String, V>> all) {
        this.one = one;
        this.all = all;
    }

    @Override
    public @Nullable V get(@Nullable Object name) {
        return name instanceof String text ? known.computeIfAbsent(text, one).orElse(null) : null;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return get(name) != null;
    }

    @Override
    public Set<Map.Entry<String, V>> entrySet() {
        return Collections.unmodifiableMap(all.get()).entrySet();
    }
}

package io.caravan.dag;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The routes {@code from: dag:<workflow>?on=…} that run in this process, by route id. Thread-safe. */
public final class EventRoutes {
    private final Map<String, DagEventConsumer> routes = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    EventRoutes() {}

    public Optional<DagEventConsumer> find(String route) {
        return Optional.ofNullable(routes.get(route));
    }

    public List<DagEventConsumer> all() {
        return List.copyOf(routes.values());
    }

    /** {@code listener} is told whenever one has come or gone, in the thread that did it. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    void add(DagEventConsumer consumer) {
        routes.put(consumer.route(), consumer);
        listeners.forEach(Runnable::run);
    }

    void remove(DagEventConsumer consumer) {
        if (routes.remove(consumer.route(), consumer)) {
            listeners.forEach(Runnable::run);
        }
    }
}

package io.caravan.database.outbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The routes that want to hear of a topic and run in this process, by route id. Thread-safe. */
public final class Subscribers {
    private final Map<String, Subscriber> routes = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    public Optional<Subscriber> find(String route) {
        return Optional.ofNullable(routes.get(route));
    }

    public List<Subscriber> all() {
        return List.copyOf(routes.values());
    }

    public void add(Subscriber subscriber) {
        routes.put(subscriber.route(), subscriber);
        listeners.forEach(Runnable::run);
    }

    public void remove(Subscriber subscriber) {
        if (routes.remove(subscriber.route(), subscriber)) {
            listeners.forEach(Runnable::run);
        }
    }

    /** {@code listener} is told whenever one has come or gone, in the thread that did it. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }
}

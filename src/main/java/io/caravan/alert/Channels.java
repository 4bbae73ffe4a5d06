package io.caravan.alert;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The channels of this process, by name. Thread-safe. */
public final class Channels {
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    public void add(Channel channel) {
        channels.put(channel.name(), channel);
        listeners.forEach(Runnable::run);
    }

    public void remove(Channel channel) {
        if (channels.remove(channel.name(), channel)) {
            listeners.forEach(Runnable::run);
        }
    }

    public Set<String> names() {
        return new TreeSet<>(channels.keySet());
    }

    List<Channel> all() {
        return List.copyOf(channels.values());
    }

    /** {@code listener} is told whenever one has come or gone, in the thread that did it. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }
}

package io.caravan.alert.answer;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The hooks of this process, by the last part of their path. Thread-safe. */
public final class Hooks {
    private final Map<String, Hook> hooks = new ConcurrentHashMap<>();

    /**
     * Serves a hook at {@code /hooks/<name>}.
     *
     * @throws IllegalArgumentException when another one is there
     */
    public void add(String name, Hook hook) {
        if (hooks.putIfAbsent(name, hook) != null) {
            throw new IllegalArgumentException(
                    "/hooks/" + name + " is served already; give one of the two another name: alert:hook?name=…");
        }
    }

    public void remove(String name, Hook hook) {
        hooks.remove(name, hook);
    }

    public Optional<Hook> find(String name) {
        return Optional.ofNullable(hooks.get(name));
    }
}

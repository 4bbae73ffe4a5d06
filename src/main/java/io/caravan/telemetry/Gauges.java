package io.caravan.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** Gauges whose value is set, or computed at each scrape, one per name and tags. Safe for many threads. */
final class Gauges {
    private record Key(String name, Tags tags) {}

    private static final class Value {
        private volatile DoubleSupplier current = () -> Double.NaN;

        double get() {
            return current.getAsDouble();
        }
    }

    private final MeterRegistry registry;
    private final Map<Key, Value> values = new ConcurrentHashMap<>();

    Gauges(MeterRegistry registry) {
        this.registry = registry;
    }

    void set(String name, String description, Tags tags, double value) {
        compute(name, description, tags, () -> value);
    }

    /** The value is asked for at each scrape, for what changes by itself, such as an age. */
    void compute(String name, String description, Tags tags, DoubleSupplier value) {
        values.computeIfAbsent(new Key(name, tags), key -> register(key, description)).current = value;
    }

    private Value register(Key key, String description) {
        Value value = new Value();
        Gauge.builder(key.name(), value, Value::get)
                .description(description)
                .tags(key.tags())
                .strongReference(true)
                .register(registry);
        return value;
    }
}

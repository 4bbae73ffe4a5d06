package io.caravan.watch.cause;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers by which a rule decides: its own, and over them those of its file. */
record Thresholds(Map<String, Double> values) {
    Thresholds {
        values = Map.copyOf(values);
    }

    static Thresholds of(CauseRule rule, Map<String, Double> written) {
        Map<String, Double> values = new LinkedHashMap<>(rule.thresholds());
        written.forEach((name, value) -> values.computeIfPresent(name, (known, usual) -> value));
        return new Thresholds(values);
    }

    double number(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("There is no threshold '" + name + "' among " + values.keySet() + ".");
        }
        return value;
    }

    Duration minutes(String name) {
        return Duration.ofSeconds(Math.round(number(name) * 60));
    }
}

package io.caravan.alert.rules;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which datasets the routes of this process judge; says once of rules that no record can meet. Safe for any thread. */
public final class JudgedDatasets {
    private static final Logger LOG = LoggerFactory.getLogger(JudgedDatasets.class);

    /** Routes and rules that are saved together are not loaded at the same moment. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RuleFiles files;
    private final Clock clock;
    private final Map<String, Integer> routes = new TreeMap<>();
    private final Map<String, Instant> unjudgedSince = new TreeMap<>();
    private final Set<String> told = new TreeSet<>();

    JudgedDatasets(RuleFiles files, Clock clock) {
        this.files = files;
        this.clock = clock;
    }

    /** A route judges it from now on. */
    public synchronized void begin(String dataset) {
        routes.merge(dataset, 1, Integer::sum);
    }

    /** A route judges it no more. */
    public synchronized void end(String dataset) {
        routes.merge(dataset, -1, Integer::sum);
        routes.values().removeIf(count -> count == 0);
    }

    /** Datasets with rules that no route has judged for a while; each is told once, until it is judged again. */
    synchronized Set<String> look() {
        Instant now = clock.instant();
        Set<String> unjudged = new TreeSet<>(files.current().datasets());
        unjudged.removeAll(routes.keySet());
        told.retainAll(unjudged);
        unjudgedSince.keySet().retainAll(unjudged);
        unjudged.forEach(dataset -> unjudgedSince.putIfAbsent(dataset, now));
        Set<String> fresh = new TreeSet<>();
        unjudgedSince.forEach((dataset, since) -> {
            if (!since.plus(PATIENCE).isAfter(now) && told.add(dataset)) {
                fresh.add(dataset);
                LOG.warn(
                        "dataset={} has rules, but no route of this node judges it; add a step to: alert:rules?dataset={}, or say enabled: false",
                        dataset,
                        dataset);
            }
        });
        return fresh;
    }
}

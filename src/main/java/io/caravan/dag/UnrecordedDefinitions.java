package io.caravan.dag;

import io.caravan.dag.DagAssembly.Assembled;
import io.caravan.dag.DagAssembly.Surroundings;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Mistake;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Workflows as the beans and routes of this process write them, known to nobody else: all of version 0, put together when they are first asked for. Safe for any thread. */
final class UnrecordedDefinitions implements Definitions {
    private final TaskRoutes routes;
    private final DagCatalog.Beans beans;
    private final Predicate<String> isCalendar;
    private final ZoneId usualZone;
    private final Map<String, Optional<DagDefinition>> known = new ConcurrentHashMap<>();

    UnrecordedDefinitions(TaskRoutes routes, DagCatalog.Beans beans, Predicate<String> isCalendar, ZoneId usualZone) {
        this.routes = routes;
        this.beans = beans;
        this.isCalendar = isCalendar;
        this.usualZone = usualZone;
    }

    /** The names of all workflows. */
    Iterable<String> names() {
        return new TreeMap<>(beans.dags()).keySet();
    }

    @Override
    public Optional<DagDefinition> find(String dag, int version) {
        return known.computeIfAbsent(dag, this::assemble);
    }

    /** @throws IllegalArgumentException when it can't be as it is written */
    @Override
    public Optional<Current> current(String dag) {
        return find(dag, 0).map(definition -> new Current(0, definition));
    }

    private Optional<DagDefinition> assemble(String workflow) {
        Map<String, Dag> dags = beans.dags();
        Dag dag = dags.get(workflow);
        if (dag == null) {
            return Optional.empty();
        }
        Map<String, Integer> slots = new TreeMap<>();
        beans.pools().forEach((name, pool) -> slots.put(name, pool.getSlots()));
        Assembled assembled = DagAssembly.of(
                workflow,
                dag,
                routes.tasks(workflow),
                Surroundings.of(slots, isCalendar, dags::containsKey, usualZone));
        if (!assembled.mistakes().isEmpty()) {
            String mistakes =
                    assembled.mistakes().stream().map(Mistake::toString).collect(Collectors.joining(" "));
            throw new IllegalArgumentException("Workflow '" + workflow + "' can't run as it is written. " + mistakes
                    + " File and line of each: caravan validate");
        }
        return assembled.definition();
    }
}

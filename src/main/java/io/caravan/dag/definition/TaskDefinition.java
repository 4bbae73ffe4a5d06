package io.caravan.dag.definition;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A task as its route's {@code from: dag:<workflow>/<task>} writes it.
 *
 * @param id unique in its workflow; {@code group.name} puts it into a group
 * @param route the id of its route; empty for {@link TaskKind#EXPAND}
 * @param after ids of the tasks directly upstream; groups are resolved to their tasks
 * @param setups for a teardown: the setups whose work it takes away
 * @param group the task group that it is in, if any
 * @param mappedBy the task whose list makes its instances: itself, or the {@link TaskKind#EXPAND} of its group
 * @param pool whose slots it takes; none: no limit but the workers
 * @param slots how many of them; 1 or more
 * @param priority higher goes first
 * @param timeout of one attempt
 */
public record TaskDefinition(
        String id,
        String route,
        TaskKind kind,
        List<String> after,
        TriggerRule when,
        List<String> setups,
        Optional<String> group,
        Optional<String> mappedBy,
        Optional<ForEach> forEach,
        Optional<String> pool,
        int slots,
        int priority,
        Retries retries,
        Optional<Duration> timeout,
        Optional<Sensing> sensing,
        Optional<AwaitedRun> awaitedRun) {
    public TaskDefinition {
        after = List.copyOf(after);
        setups = List.copyOf(setups);
    }

    /** Whether it has one instance for each item of a list. */
    public boolean isMapped() {
        return mappedBy.isPresent();
    }
}

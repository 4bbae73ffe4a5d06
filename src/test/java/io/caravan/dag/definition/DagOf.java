package io.caravan.dag.definition;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes a workflow's definition as a YAML bean would: only what differs from the defaults. */
public final class DagOf {
    private final String id;
    private Optional<Timing> timing = Optional.empty();
    private int maxActiveRuns = 16;
    private int maxActiveTasks;
    private int priority;
    private Optional<Duration> timeout = Optional.empty();
    private boolean dependsOnPast;
    private List<Param> params = List.of();

    private DagOf(String id) {
        this.id = id;
    }

    public static DagOf id(String id) {
        return new DagOf(id);
    }

    public DagOf schedule(Timing when) {
        timing = Optional.of(when);
        return this;
    }

    public DagOf maxActiveRuns(int most) {
        maxActiveRuns = most;
        return this;
    }

    public DagOf maxActiveTasks(int most) {
        maxActiveTasks = most;
        return this;
    }

    public DagOf priority(int of) {
        priority = of;
        return this;
    }

    public DagOf timeout(Duration of) {
        timeout = Optional.of(of);
        return this;
    }

    public DagOf dependsOnPast() {
        dependsOnPast = true;
        return this;
    }

    public DagOf params(Param... of) {
        params = List.of(of);
        return this;
    }

    public DagDefinition tasks(TaskOf... tasks) {
        return new DagDefinition(
                id,
                "",
                "",
                List.of(),
                timing,
                Optional.empty(),
                maxActiveRuns,
                maxActiveTasks,
                priority,
                timeout,
                Optional.empty(),
                Optional.empty(),
                dependsOnPast,
                params,
                Arrays.stream(tasks).map(TaskOf::made).toList());
    }
}

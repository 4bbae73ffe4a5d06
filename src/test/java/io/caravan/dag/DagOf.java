package io.caravan.dag;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes a workflow's definition as a YAML bean would: only what differs from the defaults. */
final class DagOf {
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

    static DagOf id(String id) {
        return new DagOf(id);
    }

    DagOf schedule(Timing when) {
        timing = Optional.of(when);
        return this;
    }

    DagOf maxActiveRuns(int most) {
        maxActiveRuns = most;
        return this;
    }

    DagOf maxActiveTasks(int most) {
        maxActiveTasks = most;
        return this;
    }

    DagOf priority(int of) {
        priority = of;
        return this;
    }

    DagOf timeout(Duration of) {
        timeout = Optional.of(of);
        return this;
    }

    DagOf dependsOnPast() {
        dependsOnPast = true;
        return this;
    }

    DagOf params(Param... of) {
        params = List.of(of);
        return this;
    }

    DagDefinition tasks(TaskOf... tasks) {
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

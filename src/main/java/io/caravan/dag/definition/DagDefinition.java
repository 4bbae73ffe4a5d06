package io.caravan.dag.definition;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A workflow, complete and checked: its bean and all its tasks. What a run goes by is the definition of the version that it began with.
 *
 * @param timing its schedules, zone and calendar; none when nothing of it goes by the clock
 * @param datasets the condition that {@link io.caravan.dag.run.RunKind#DATASET} runs wait for, such as {@code rides.ride and telematics.packet}
 * @param maxActiveRuns how many runs are in progress at once; others wait in order of their logical time
 * @param maxActiveTasks how many of its tasks run at once over all its runs; 0: no limit
 * @param timeout of a run
 * @param deadline how long after the scheduled time a run must have succeeded
 * @param dependsOnPast whether a run waits for the success of the one before
 * @param tasks in an order in which each comes after all that are upstream of it
 */
public record DagDefinition(
        String id,
        String description,
        String owner,
        List<String> tags,
        Optional<Timing> timing,
        Optional<String> datasets,
        int maxActiveRuns,
        int maxActiveTasks,
        int priority,
        Optional<Duration> timeout,
        Optional<Duration> deadline,
        Optional<Expect> expect,
        boolean dependsOnPast,
        List<Param> params,
        List<TaskDefinition> tasks) {
    public DagDefinition {
        tags = List.copyOf(tags);
        params = List.copyOf(params);
        tasks = List.copyOf(tasks);
    }

    public Optional<TaskDefinition> task(String task) {
        return tasks.stream().filter(each -> each.id().equals(task)).findFirst();
    }
}

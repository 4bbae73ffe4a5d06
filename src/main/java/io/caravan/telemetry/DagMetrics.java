package io.caravan.telemetry;

import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Metrics of {@code dag:}, {@code caravan_dag_…}: runs and tries by what became of them, how long they took and waited, deadlines that were missed, workers that died. */
public final class DagMetrics implements DagEvents {
    private final MeterRegistry registry;
    private final Gauges gauges;
    private final Set<Tags> wereOpen = new HashSet<>();

    public DagMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.gauges = new Gauges(registry);
    }

    @Override
    public void runStarted(DagRun run, Duration lag) {
        timer("caravan.dag.run.lag", "From the scheduled time of a run to its start", Tags.of("dag", run.dag()))
                .record(positive(lag));
    }

    @Override
    public void runEnded(DagRun run, RunState state, Duration took) {
        timer(
                        "caravan.dag.run",
                        "Runs by how they ended, from start to end",
                        Tags.of("dag", run.dag(), "state", lower(state)))
                .record(positive(took));
    }

    @Override
    public void taskStarted(Claim claim, Duration waited) {
        timer(
                        "caravan.dag.task.wait",
                        "From the moment a task could run to its start",
                        Tags.of("dag", claim.run().dag()))
                .record(positive(waited));
    }

    @Override
    public void taskEnded(Claim claim, TaskState state, Duration took) {
        Tags tags = Tags.of("dag", claim.run().dag(), "task", claim.key().task(), "state", lower(state));
        timer("caravan.dag.task", "Tries of tasks by where they led, from start to end", tags)
                .record(positive(took));
    }

    @Override
    public void resultsRefused(int count) {
        counter(
                        "caravan.dag.results.refused",
                        "Results that came after their tasks had been given to others",
                        Tags.empty())
                .increment(count);
    }

    @Override
    public void workerLost(String node, int tasks) {
        counter("caravan.dag.workers.lost", "Workers that were found dead", Tags.empty())
                .increment();
        counter("caravan.dag.tasks.lost", "Tasks of dead workers that others took over", Tags.empty())
                .increment(tasks);
    }

    @Override
    public void missed(String dag, String kind) {
        counter("caravan.dag.misses", "Deadlines and expectations that were missed", Tags.of("dag", dag, "kind", kind))
                .increment();
    }

    @Override
    public synchronized void openMisses(List<OpenMisses> open) {
        Set<Tags> now = new HashSet<>();
        for (OpenMisses each : open) {
            Tags tags = Tags.of("dag", each.dag(), "kind", each.kind());
            now.add(tags);
            open(tags, each.count());
        }
        wereOpen.stream().filter(tags -> !now.contains(tags)).forEach(tags -> open(tags, 0));
        wereOpen.addAll(now);
    }

    private void open(Tags tags, int count) {
        gauges.set(
                "caravan.dag.misses.open",
                "Deadlines and expectations missed within a day and not made good since",
                tags,
                count);
    }

    private Timer timer(String name, String description, Tags tags) {
        return Timer.builder(name).description(description).tags(tags).register(registry);
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

package io.caravan.dag.event;

import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskState;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every listener; one that throws harms neither the others nor the caller. */
public record AllDagEvents(List<DagEvents> listeners) implements DagEvents {
    private static final Logger LOG = LoggerFactory.getLogger(AllDagEvents.class);

    AllDagEvents(Collection<DagEvents> listeners) {
        this(List.copyOf(listeners));
    }

    @Override
    public void runStarted(DagRun run, Duration lag) {
        tell(listener -> listener.runStarted(run, lag));
    }

    @Override
    public void runEnded(DagRun run, RunState state, Duration took) {
        tell(listener -> listener.runEnded(run, state, took));
    }

    @Override
    public void taskStarted(Claim claim, Duration waited) {
        tell(listener -> listener.taskStarted(claim, waited));
    }

    @Override
    public void taskEnded(Claim claim, TaskState state, Duration took) {
        tell(listener -> listener.taskEnded(claim, state, took));
    }

    @Override
    public void resultsRefused(int count) {
        tell(listener -> listener.resultsRefused(count));
    }

    @Override
    public void workerLost(String node, int tasks) {
        tell(listener -> listener.workerLost(node, tasks));
    }

    @Override
    public void openMisses(List<OpenMisses> open) {
        tell(listener -> listener.openMisses(open));
    }

    @Override
    public void missed(String dag, String kind) {
        tell(listener -> listener.missed(dag, kind));
    }

    private void tell(Consumer<DagEvents> news) {
        for (DagEvents listener : listeners) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                LOG.warn("a listener of dag: failed", e);
            }
        }
    }
}

package io.caravan.dag.engine;

import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that keeps which runs it was told to have started and ended, and which tries to have ended. */
public final class HeardRuns implements DagEvents {
    public final List<UUID> started = new CopyOnWriteArrayList<>();
    public final List<String> ended = new CopyOnWriteArrayList<>();
    public final List<String> tries = new CopyOnWriteArrayList<>();

    @Override
    public void runStarted(DagRun run, Duration lag) {
        started.add(run.id());
    }

    @Override
    public void runEnded(DagRun run, RunState state, Duration took) {
        ended.add(run.id() + " " + state);
    }

    @Override
    public void taskEnded(Claim claim, TaskState state, Duration took) {
        tries.add(claim.run().dag() + "/" + claim.key() + " " + claim.attempt() + " " + state);
    }
}

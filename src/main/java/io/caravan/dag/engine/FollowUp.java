package io.caravan.dag.engine;

import io.caravan.dag.definition.Definitions;
import io.caravan.dag.engine.Completion.Done;
import io.caravan.dag.engine.Completion.Finished;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskOutcome;
import io.caravan.database.Database;
import io.caravan.database.Notifications;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What comes of a change by hand, in the same transaction: tasks that may run now, runs that end, room for others, and the word to the nodes that they act at once. One object is one transaction;
 * {@link #finish} comes when all is changed. Not thread-safe.
 */
public final class FollowUp {
    private final Database database;
    private final Definitions definitions;
    private final DagEvents events;
    private final Instant now;
    private final RunStarter starter;
    private final RunRepository runs;
    private final TreeSet<String> toStart = new TreeSet<>();
    private final TreeSet<String> ended = new TreeSet<>();
    private boolean interrupts;
    private boolean ready;

    /** @param events hears of the runs that start and end with it, after the commit */
    public FollowUp(Database database, Definitions definitions, DagEvents events, Instant now) {
        this.database = database;
        this.definitions = definitions;
        this.events = events;
        this.now = now;
        this.starter = new RunStarter(database, definitions, events);
        this.runs = new RunRepository(database);
    }

    public Instant now() {
        return now;
    }

    /** To be called before any run is locked: the order in which nodes lock. */
    public void lockWorkflows(Collection<String> dags) {
        runs.lockWorkflows(List.copyOf(new TreeSet<>(dags)));
    }

    /** Something that was changed is running: its node is to stop it. */
    void interrupt() {
        interrupts = true;
    }

    /** Queued runs of this workflow may begin. */
    public void start(String dag) {
        toStart.add(dag);
    }

    /** Runs in progress go on from where their tasks stand. */
    public void revisit(List<UUID> ids) {
        if (!ids.isEmpty()) {
            note(completion().revisit(ids));
        }
    }

    /** A run in progress ends so. */
    public void close(UUID id, RunState verdict) {
        note(completion().close(id, verdict));
    }

    /** Whether the result counted. */
    public boolean complete(Finished finished) {
        Done done = completion().complete(List.of(finished));
        note(done);
        Duration took = Duration.between(finished.claim().startedAt(), now);
        database.afterCommit(
                () -> done.accepted().forEach(each -> events.taskEnded(finished.claim(), each.state(), took)));
        return !done.accepted().isEmpty();
    }

    public void finish() {
        toStart.addAll(ended);
        if (!ended.isEmpty()) {
            new WorkflowRepository(database).unblock(List.copyOf(ended), now);
        }
        if (!toStart.isEmpty()) {
            ready |= !starter.start(toStart, now).isEmpty();
        }
    }

    /** Whether tasks may have become ready, when all is done. */
    boolean isAnyReady() {
        return ready;
    }

    /** Lets all nodes hear of it when the transaction commits. */
    public void tell() {
        Notifications.send(database, Results.CHANNEL, interrupts ? "cancel" : "look");
    }

    private Completion completion() {
        return new Completion(
                database, definitions, new TaskOutcome(ThreadLocalRandom.current()), null, () -> false, starter, now);
    }

    private void note(Done done) {
        ready |= done.othersReady();
        database.afterCommit(() -> done.endedRuns()
                .forEach(each -> events.runEnded(
                        each.run(), each.state(), Duration.between(each.run().startedAt(), now))));
        done.endedRuns().forEach(each -> ended.add(each.run().dag()));
    }
}

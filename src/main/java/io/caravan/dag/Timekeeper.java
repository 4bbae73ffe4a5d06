package io.caravan.dag;

import io.caravan.dag.AwaitingRepository.Waiting;
import io.caravan.dag.Completion.Finished;
import io.caravan.dag.WorkerRepository.Dead;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what is due by the clock: ticks, retries, questions of sensors, timeouts, the tasks of dead workers, deadlines. It sleeps until the earliest of these, or until it is told of
 * something new, or until the next sweep, which finds what nobody told of. One thread; any number of nodes do the same on one database.
 */
final class Timekeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Timekeeper.class);
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final Database database;
    private final Clock clock;
    private final EngineSettings settings;
    private final Ticks ticks;
    private final List<Duty> duties;
    private final RunStarter starter;
    private final RunningTasks running;
    private final Results results;
    private final Runnable othersReady;
    private final DagEvents events;
    private final TaskRepository tasks;
    private final RunRepository runs;
    private final WorkerRepository workers;
    private final WorkflowRepository workflows;
    private final AwaitingRepository awaiting;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopping;
    private Instant swept = Instant.MIN;

    /** Something else that is due now and then: deadlines, backfills, datasets, old history. Must be quick when there is nothing to do. */
    interface Duty {
        /** The answer is whether tasks may have become ready. */
        boolean run(Instant now);
    }

    Timekeeper(
            Database database,
            Clock clock,
            EngineSettings settings,
            Ticks ticks,
            List<Duty> duties,
            RunStarter starter,
            RunningTasks running,
            Results results,
            Runnable othersReady,
            DagEvents events) {
        this.database = database;
        this.tasks = new TaskRepository(database);
        this.runs = new RunRepository(database);
        this.workers = new WorkerRepository(database);
        this.workflows = new WorkflowRepository(database);
        this.awaiting = new AwaitingRepository(database);
        this.clock = clock;
        this.settings = settings;
        this.ticks = ticks;
        this.duties = List.copyOf(duties);
        this.starter = starter;
        this.running = running;
        this.results = results;
        this.othersReady = othersReady;
        this.events = events;
        this.thread = new Thread(this::run, "caravan-dag-time");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Something new may be due: a run, a workflow, a task that waits. */
    void wake() {
        wake.release();
    }

    void stop() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            Duration pause = settings.sweep();
            try {
                work(clock.instant());
                pause = untilNext();
            } catch (DatabaseException e) {
                LOG.warn("what is due can't be looked up: {}; trying again in {}", e.getMessage(), pause);
            } catch (RuntimeException e) {
                LOG.error("what is due can't be done; trying again in {}", pause, e);
            }
            try {
                if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            } catch (InterruptedException e) {
                LOG.debug("woken to stop", e);
            }
        }
    }

    /** One look at everything. */
    void work(Instant now) {
        boolean ready = ticks.run(now) > 0;
        ready |= database.inTransaction(connection -> tasks.promote(now)) > 0;
        stopOverdue(now);
        settleAwaiting(now);
        for (Duty duty : duties) {
            ready |= duty.run(now);
        }
        if (!swept.plus(settings.sweep()).isAfter(now)) {
            swept = now;
            ready |= sweep(now);
        }
        if (ready) {
            othersReady.run();
        }
    }

    /** What events normally bring about at once: should one have been lost with its node, it is done here. */
    private boolean sweep(Instant now) {
        retake(now);
        database.runInTransaction(connection -> {
            workflows.unblockAll(now);
            starter.start(runs.dagsWithQueuedRuns(), now);
        });
        return true;
    }

    /** Tasks of workers that are dead by the database's clock may be claimed by others. */
    private void retake(Instant now) {
        Map<String, Integer> lost = new HashMap<>();
        database.runInTransaction(connection -> {
            for (Dead dead : workers.dead()) {
                lost.put(dead.node(), workers.retake(dead, now).size());
                workers.leave(dead.id());
            }
        });
        lost.forEach((node, count) -> {
            LOG.warn("worker={} state=DEAD its {} tasks are taken over", node, count);
            events.workerLost(node, count);
        });
    }

    private void stopOverdue(Instant now) {
        for (Claim claim : running.overdue(now)) {
            Duration limit = Duration.between(claim.startedAt(), now);
            running.stop(
                    RunningTasks.Id.of(claim),
                    new TaskResult.Failed(
                            List.of("TimeoutException", "java.util.concurrent.TimeoutException"),
                            "stopped after its timeout: it ran for " + limit),
                    now);
        }
        running.reap(now).forEach(results::add);
    }

    /** Runs that tasks wait for may have ended; patience may have. */
    private void settleAwaiting(Instant now) {
        List<TaskKey> ready = new ArrayList<>();
        List<Finished> settled = new ArrayList<>();
        database.runInTransaction(connection -> {
            if (awaiting.anybody()) {
                List<Waiting> waiting = new ArrayList<>(awaiting.answered(now));
                waiting.addAll(awaiting.overdue(now));
                settle(waiting, ready, settled);
                awaiting.ready(ready, now);
            }
        });
        settled.forEach(results::write);
        if (!ready.isEmpty()) {
            othersReady.run();
        }
    }

    private void settle(List<Waiting> waiting, List<TaskKey> ready, List<Finished> settled) {
        Map<UUID, DagRun> known = new HashMap<>();
        runs.active(waiting.stream().map(each -> each.claimed().key().run()).toList())
                .forEach(run -> known.put(run.id(), run));
        for (Waiting each : waiting) {
            DagRun run = known.get(each.claimed().key().run());
            boolean mayBegin = each.workflow() != null && each.state() == RunState.SUCCESS;
            if (run != null && mayBegin) {
                ready.add(each.claimed().key());
            } else if (run != null) {
                settled.add(new Finished(each.claimed().of(run), answer(each)));
            }
        }
    }

    private static TaskResult answer(Waiting each) {
        if (each.answer() == null) {
            return new TaskResult.Refused("what it waited for didn't come in time");
        }
        String what = (each.workflow() == null ? "" : "of workflow '" + each.workflow() + "' ") + each.answer();
        return each.state() == RunState.SUCCESS
                ? new TaskResult.Answered(com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                        .objectNode()
                        .put("run", String.valueOf(each.answer())))
                : new TaskResult.Refused("run " + what + " ended as " + each.state());
    }

    private Duration untilNext() {
        Instant now = clock.instant();
        Instant next = now.plus(settings.sweep());
        Optional<Instant> due = workflows.alarm();
        Optional<Instant> deadline = running.nextAlarm();
        for (Optional<Instant> each : List.of(due, deadline)) {
            if (each.isPresent() && each.get().isBefore(next)) {
                next = each.get();
            }
        }
        Duration pause = Duration.between(now, next).plus(SHORTEST);
        return pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause;
    }
}

package io.caravan.dag;

import io.caravan.dag.AwaitingRepository.Waiting;
import io.caravan.dag.Completion.Finished;
import io.caravan.dag.WorkerRepository.Dead;
import io.caravan.dag.WorkerRepository.Retaken;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import io.caravan.database.Notifications;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what is due by the clock: ticks, retries, questions of sensors, timeouts, the tasks of dead workers, deadlines. It sleeps until the earliest of these, or until it is told of
 * something new, or until the next sweep, which finds what nobody told of. One thread; any number of nodes do the same on one database.
 */
final class Timekeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Timekeeper.class);
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration OVERDUE = Duration.ofMillis(200);
    private static final Duration STUCK_EVERY = Duration.ofMinutes(1);

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
    private volatile Instant planned = Instant.MIN;
    private Instant swept = Instant.MIN;
    private Instant lookedForStuck = Instant.MIN;

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

    /** Something will be due then. */
    void wakeBy(Instant at) {
        if (at.isBefore(planned)) {
            wake();
        }
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
            planned = Instant.MAX;
            work(clock.instant());
            Duration pause = untilNext();
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
        boolean ready = attempt(() -> ticks.run(now) > 0);
        ready |= attempt(() -> database.inTransaction(connection -> tasks.promote(now)) > 0);
        ready |= attempt(() -> stopOverdue(now));
        ready |= attempt(() -> settleAwaiting(now));
        ready |= attempt(() -> endOverdueRuns(now));
        for (Duty duty : duties) {
            ready |= attempt(() -> duty.run(now));
        }
        if (!swept.plus(settings.sweep()).isAfter(now)) {
            swept = now;
            ready |= sweep(now);
        }
        if (ready) {
            attempt(() -> {
                othersReady.run();
                return true;
            });
        }
    }

    /** One duty that fails must not keep the others from being done. */
    private boolean attempt(BooleanSupplier duty) {
        try {
            return duty.getAsBoolean();
        } catch (DatabaseException e) {
            LOG.warn("what is due can't be done: {}; trying again in {}", e.getMessage(), settings.sweep());
        } catch (RuntimeException | Error e) {
            LOG.error("what is due can't be done; trying again in {}", settings.sweep(), e);
        }
        return false;
    }

    /** What events normally bring about at once: should one have been lost with its node, it is done here. */
    private boolean sweep(Instant now) {
        attempt(() -> retake(now));
        attempt(() -> startQueued(now));
        if (!lookedForStuck.plus(STUCK_EVERY).isAfter(now)) {
            lookedForStuck = now;
            attempt(() -> visitStuck(now));
        }
        return true;
    }

    private boolean startQueued(Instant now) {
        List<DagRun> started = database.inTransaction(connection -> {
            List<DagRun> begun = starter.start(runs.dagsWithQueuedRuns(), now);
            workflows.unblockAll(now);
            return begun;
        });
        return !started.isEmpty();
    }

    /** A run in which nothing is under way, and nothing will be by itself, goes on from where it stands. There should be none. */
    private boolean visitStuck(Instant now) {
        List<UUID> stuck = database.inTransaction(connection -> runs.stuck(now.minus(STUCK_EVERY)));
        if (!stuck.isEmpty()) {
            LOG.warn("{} runs stood still, and go on: {}", stuck.size(), stuck);
            results.revisit(stuck);
        }
        return !stuck.isEmpty();
    }

    /** Runs whose timeout has come: what hasn't begun is skipped, what runs is interrupted, teardowns tidy up, and the run has failed. */
    private boolean endOverdueRuns(Instant now) {
        List<UUID> overdue = database.inTransaction(connection -> {
            List<UUID> ending = runs.endOverdue(now);
            if (!ending.isEmpty()) {
                tasks.skipUnbegun(ending, Stopped.TIMED_OUT, now);
                Notifications.send(database, Results.CHANNEL, "cancel timeout");
            }
            return ending;
        });
        if (!overdue.isEmpty()) {
            LOG.warn("{} runs are ended by their timeout: {}", overdue.size(), overdue);
            results.revisit(overdue);
        }
        return !overdue.isEmpty();
    }

    /** Tasks of workers that are dead by the database's clock may be claimed by others. */
    private boolean retake(Instant now) {
        Map<String, Integer> lost = new HashMap<>();
        Set<UUID> hopeless = new HashSet<>();
        database.runInTransaction(connection -> {
            List<Dead> all = new ArrayList<>(workers.dead());
            all.addAll(workers.gone());
            for (Dead dead : all) {
                runs.lock(workers.runsOf(dead));
                List<Retaken> retaken = workers.retake(dead, now);
                retaken.stream()
                        .filter(each -> each.state() == TaskState.FAILED)
                        .forEach(each -> hopeless.add(each.key().run()));
                lost.merge(dead.node(), retaken.size(), Integer::sum);
                workers.forget(dead.id());
            }
        });
        lost.forEach((node, count) -> {
            LOG.warn("worker={} state=DEAD its {} tasks are taken over", node, count);
            events.workerLost(node, count);
        });
        if (!hopeless.isEmpty()) {
            LOG.warn("tasks of runs {} failed: {} workers died on them", hopeless, WorkerRepository.MOST_DEATHS);
            results.revisit(List.copyOf(hopeless));
        }
        return !lost.isEmpty();
    }

    private boolean stopOverdue(Instant now) {
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
        return false;
    }

    /** Runs that tasks wait for may have ended; patience may have. */
    private boolean settleAwaiting(Instant now) {
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
        return !ready.isEmpty();
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
        for (Optional<Instant> each : List.of(nextDue(), running.nextAlarm())) {
            if (each.isPresent() && each.get().isBefore(next)) {
                next = each.get();
            }
        }
        planned = next;
        Duration pause = Duration.between(now, next).plus(SHORTEST);
        return pause.compareTo(SHORTEST) < 0 ? shortest(next, now) : pause;
    }

    /** What is due and yet wasn't done waits for something else; asking all the time wouldn't hurry it. */
    private static Duration shortest(Instant next, Instant now) {
        return Duration.between(next, now).compareTo(OVERDUE) > 0 ? OVERDUE : SHORTEST;
    }

    private Optional<Instant> nextDue() {
        try {
            return workflows.alarm();
        } catch (DatabaseException e) {
            LOG.warn("what is due next can't be looked up: {}; trying again in {}", e.getMessage(), settings.sweep());
            return Optional.empty();
        }
    }
}

package io.caravan.dag.engine;

import io.caravan.calendar.Durations;
import io.caravan.dag.engine.AwaitingRepository.Waiting;
import io.caravan.dag.engine.Completion.Finished;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskResult;
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
    private final TimeLimits limits;
    private final DeadWorkers deadWorkers;
    private final RunStarter starter;
    private final RunningTasks running;
    private final Results results;
    private final Runnable othersReady;
    private final TaskRepository tasks;
    private final RunRepository runs;
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
            TimeLimits limits,
            DeadWorkers deadWorkers,
            RunStarter starter,
            RunningTasks running,
            Results results,
            Runnable othersReady) {
        this.database = database;
        this.tasks = new TaskRepository(database);
        this.runs = new RunRepository(database);
        this.workflows = new WorkflowRepository(database);
        this.awaiting = new AwaitingRepository(database);
        this.clock = clock;
        this.settings = settings;
        this.ticks = ticks;
        this.duties = List.copyOf(duties);
        this.limits = limits;
        this.deadWorkers = deadWorkers;
        this.starter = starter;
        this.running = running;
        this.results = results;
        this.othersReady = othersReady;
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
        ready |= attempt(() -> limits.run(now));
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
        attempt(() -> deadWorkers.retake(now));
        attempt(() -> startQueued(now));
        attempt(() -> tasks.dropHeld(now) > 0);
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

    private boolean stopOverdue(Instant now) {
        for (Claim claim : running.overdue(now)) {
            Duration limit = Duration.between(claim.startedAt(), now);
            running.stop(
                    RunningTasks.Id.of(claim),
                    new TaskResult.Failed(
                            List.of("TimeoutException", "java.util.concurrent.TimeoutException"),
                            "stopped after its timeout: it ran for " + Durations.text(limit)),
                    now);
        }
        running.reap(now).forEach(results::add);
        return false;
    }

    /** Runs that tasks wait for may have ended; patience may have. */
    private boolean settleAwaiting(Instant now) {
        List<TaskKey> ready = new ArrayList<>();
        List<Finished> settled = new ArrayList<>();
        List<Finished> late = new ArrayList<>();
        database.runInTransaction(connection -> {
            if (awaiting.anybody()) {
                List<Waiting> waiting = awaiting.answered(now);
                settle(waiting, ready, settled);
                settle(awaiting.overdue(now), ready, late);
                awaiting.ready(ready, now);
            }
        });
        settled.forEach(results::write);
        late.forEach(each -> limits.giveUp(each, now));
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
        if (each.answer() == null || each.state() == null) {
            return new TaskResult.Refused("what it waited for didn't come in time");
        }
        return each.workflow() == null
                ? SubworkflowRun.ended(each.answer(), each.state())
                : new TaskResult.Refused(
                        "run of workflow '" + each.workflow() + "' " + each.answer() + " ended as " + each.state());
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

package io.caravan.dag.engine;

import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.TaskDefinition;
import io.caravan.dag.engine.Completion.Finished;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.TaskFailure;
import io.caravan.dag.run.TaskResult;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this node's workers busy: claims as many tasks as there are free workers whenever somebody says that there may be some. One thread claims, the workers work. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Claiming claiming;
    private final TaskExecution execution;
    private final RunningTasks running;
    private final Definitions definitions;
    private final Clock clock;
    private final DagEvents events;
    private final EngineSettings settings;
    private final ExecutorService workers;
    private final Seats seats;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private final Results results;
    private final Consumer<Instant> alarm;
    private volatile boolean stopping;
    private volatile boolean backlog;

    Dispatcher(
            Database database,
            UUID worker,
            TaskExecution execution,
            RunningTasks running,
            Results results,
            Definitions definitions,
            Clock clock,
            DagEvents events,
            Consumer<Instant> alarm,
            EngineSettings settings) {
        this.claiming = new Claiming(database, worker);
        this.execution = execution;
        this.running = running;
        this.results = results;
        this.definitions = definitions;
        this.clock = clock;
        this.events = events;
        this.alarm = alarm;
        this.settings = settings;
        this.seats = new Seats(settings.workers());
        AtomicInteger number = new AtomicInteger();
        this.workers = Executors.newFixedThreadPool(settings.workers(), work -> {
            Thread made = new Thread(work, "caravan-dag-worker-" + number.incrementAndGet());
            made.setDaemon(true);
            return made;
        });
        this.thread = new Thread(this::run, "caravan-dag-dispatch");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** There may be tasks to claim. */
    void wake() {
        wake.release();
    }

    /** Takes a worker's place for a task that is claimed otherwise; none while others wait in line before. */
    boolean takeSeat() {
        return !stopping && !backlog && seats.takeOne();
    }

    /** Places that were taken and for which nothing was claimed. */
    void giveBack(int unused) {
        seats.giveBack(unused);
    }

    private void run() {
        while (!stopping) {
            try {
                if (wake.tryAcquire(settings.sweep().toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
                fill();
            } catch (InterruptedException e) {
                LOG.debug("woken to stop", e);
            } catch (DatabaseException e) {
                LOG.warn("tasks can't be claimed: {}; trying again in {}", e.getMessage(), PAUSE);
                pause();
            } catch (RuntimeException | Error e) {
                LOG.error("tasks can't be claimed; trying again in {}", PAUSE, e);
                pause();
            }
        }
    }

    private void pause() {
        wake();
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            LOG.debug("woken to stop", e);
        }
    }

    private void fill() {
        do {
            backlog = claim(seats.takeAll());
        } while (backlog && seats.isAnyFree() && !stopping);
    }

    /** The answer is whether there may be more tasks than places. */
    private boolean claim(int free) {
        if (free == 0) {
            return true;
        }
        int used = 0;
        try {
            List<Claim> claimed = claiming.claim(free, clock.instant());
            used = claimed.size();
            submit(claimed);
        } finally {
            seats.giveBack(free - used);
        }
        return used == free;
    }

    /** Takes over what has been claimed for this node, in places taken before; nothing here may fail, else their places would be lost. */
    void submit(List<Claim> claims) {
        for (Claim claim : claims) {
            running.add(claim);
            workers.execute(() -> work(claim));
        }
    }

    private void limit(Claim claim) {
        deadline(claim).ifPresent(at -> {
            running.limit(claim, at);
            alarm.accept(at);
        });
    }

    private Optional<Instant> deadline(Claim claim) {
        return definitions
                .find(claim.run().dag(), claim.run().version())
                .flatMap(dag -> dag.task(claim.key().task()))
                .flatMap(TaskDefinition::timeout)
                .map(clock.instant()::plus);
    }

    private void work(Claim claim) {
        TaskResult result;
        try {
            limit(claim);
            events.taskStarted(claim, Duration.between(claim.readyAt(), clock.instant()));
            result = running.during(claim, () -> execution.run(claim));
        } catch (Throwable e) {
            result = TaskFailure.of(e);
        } finally {
            seats.giveBack(1);
        }
        if (running.remove(claim)) {
            results.add(new Finished(claim, result));
        }
        if (backlog) {
            wake();
        }
    }

    /** Claims nothing more. */
    void stopClaiming() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void shutdown() {
        workers.shutdownNow();
    }
}

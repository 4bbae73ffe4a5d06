package io.caravan.dag;

import io.caravan.dag.Completion.Finished;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this node's workers busy: claims as many tasks as there are free workers whenever somebody says that there may be some. One thread claims, the workers work. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Claiming claiming;
    private final TaskExecution execution;
    private final RunningTasks running;
    private final Definitions definitions;
    private final Clock clock;
    private final DagEvents events;
    private final EngineSettings settings;
    private final ExecutorService workers;
    private final AtomicInteger busy = new AtomicInteger();
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private final Results results;
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
            EngineSettings settings) {
        this.claiming = new Claiming(database, worker);
        this.execution = execution;
        this.running = running;
        this.results = results;
        this.definitions = definitions;
        this.clock = clock;
        this.events = events;
        this.settings = settings;
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

    /** How many more tasks this node could run; none while others wait in line before. */
    int spare() {
        return stopping || backlog ? 0 : free();
    }

    private int free() {
        return Math.max(0, settings.workers() - busy.get());
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
                LOG.warn("tasks can't be claimed: {}; trying again in {}", e.getMessage(), settings.sweep());
            } catch (RuntimeException e) {
                LOG.error("tasks can't be claimed; trying again in {}", settings.sweep(), e);
            }
        }
    }

    private void fill() {
        int free = free();
        while (free > 0 && !stopping) {
            List<Claim> claimed = claiming.claim(free, clock.instant());
            backlog = claimed.size() >= free;
            submit(claimed);
            if (!backlog) {
                return;
            }
            free = free();
        }
        backlog = free == 0 && backlog;
    }

    /** Takes over what has been claimed for this node. */
    void submit(List<Claim> claims) {
        for (Claim claim : claims) {
            busy.incrementAndGet();
            running.add(claim, deadline(claim));
            workers.execute(() -> work(claim));
        }
    }

    private @org.jspecify.annotations.Nullable Instant deadline(Claim claim) {
        return definitions
                .find(claim.run().dag(), claim.run().version())
                .flatMap(dag -> dag.task(claim.key().task()))
                .flatMap(TaskDefinition::timeout)
                .map(clock.instant()::plus)
                .orElse(null);
    }

    private void work(Claim claim) {
        TaskResult result;
        try {
            events.taskStarted(claim, Duration.between(claim.readyAt(), clock.instant()));
            result = running.during(claim, () -> execution.run(claim));
        } catch (Throwable e) {
            result = TaskFailure.of(e);
        } finally {
            busy.decrementAndGet();
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

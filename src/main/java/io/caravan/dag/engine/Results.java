package io.caravan.dag.engine;

import io.caravan.dag.definition.Definitions;
import io.caravan.dag.engine.Completion.Accepted;
import io.caravan.dag.engine.Completion.Done;
import io.caravan.dag.engine.Completion.Ended;
import io.caravan.dag.engine.Completion.Finished;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.TaskFailure;
import io.caravan.dag.run.TaskOutcome;
import io.caravan.dag.run.TaskResult;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import io.caravan.database.Notifications;
import io.caravan.database.TemporaryDatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes results of tries, all that have come in while the transaction before was under way in one: a lone result waits for nobody, and many share the cost of a commit. One thread.
 */
final class Results implements AutoCloseable {
    /** What nodes say to one another when there are tasks to claim; followed by who says it. */
    static final String CHANNEL = "caravan_dag";

    private static final Logger LOG = LoggerFactory.getLogger(Results.class);
    private static final int AT_ONCE = 200;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Database database;
    private final Definitions definitions;
    private final TaskOutcome outcomes;
    private final Clock clock;
    private final DagEvents events;
    private final RunStarter starter;
    private final UUID worker;
    private final Wiring wiring;
    private final BlockingQueue<Finished> queue = new LinkedBlockingQueue<>();
    private final Set<RunningTasks.Id> unwritten = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean writing;

    /**
     * What the writer needs of the node that it belongs to.
     *
     * @param seat takes a place for a task that is claimed on the way, if there is one
     * @param unused takes back places for which nothing was claimed
     * @param claimed takes tasks that were claimed on the way
     * @param othersReady told when there are more to claim
     * @param hasPeers whether other nodes need to hear of it, too
     * @param ended told of workflows of which runs have ended
     * @param alarm told when something will be due by the clock
     */
    record Wiring(
            BooleanSupplier seat,
            IntConsumer unused,
            Consumer<List<Claim>> claimed,
            Runnable othersReady,
            BooleanSupplier hasPeers,
            Consumer<List<Ended>> ended,
            Consumer<Instant> alarm) {}

    Results(
            Database database,
            Definitions definitions,
            TaskOutcome outcomes,
            Clock clock,
            DagEvents events,
            UUID worker,
            Wiring wiring) {
        this.database = database;
        this.definitions = definitions;
        this.outcomes = outcomes;
        this.clock = clock;
        this.events = events;
        this.starter = new RunStarter(database, definitions, events);
        this.worker = worker;
        this.wiring = wiring;
        this.thread = new Thread(this::run, "caravan-dag-results");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void add(Finished finished) {
        unwritten.add(RunningTasks.Id.of(finished.claim()));
        queue.add(finished);
    }

    /** Writes at once, on the calling thread. */
    void write(Finished finished) {
        once(List.of(finished));
    }

    /** Goes on from where these runs stand, on the calling thread. */
    void revisit(List<UUID> runs) {
        once(List.of(), completion -> completion.revisit(runs));
    }

    /** Whether a result of this claim is still to be written. */
    boolean isUnwritten(RunningTasks.Id claim) {
        return unwritten.contains(claim);
    }

    boolean isIdle() {
        return queue.isEmpty() && !writing;
    }

    private void run() {
        List<Finished> batch = new ArrayList<>();
        while (!closing || !queue.isEmpty()) {
            try {
                Finished first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    writing = true;
                    batch.add(first);
                    queue.drainTo(batch, AT_ONCE - 1);
                    writeAll(batch);
                }
            } catch (InterruptedException e) {
                LOG.debug("woken", e);
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "{} results of tasks could not be recorded; the tasks are given back, to be run again",
                        batch.size(),
                        e);
            } finally {
                batch.forEach(each -> unwritten.remove(RunningTasks.Id.of(each.claim())));
                batch.clear();
                writing = false;
            }
        }
    }

    /** What one of many makes impossible must not keep the others from being recorded. */
    private void writeAll(List<Finished> batch) throws InterruptedException {
        try {
            persistently(batch);
        } catch (RuntimeException e) {
            if (batch.size() == 1) {
                give(batch.get(0), e);
                return;
            }
            for (Finished each : batch) {
                writeAll(List.of(each));
            }
        }
    }

    /** The result itself can't be recorded: then that is the result. */
    private void give(Finished finished, RuntimeException failure) throws InterruptedException {
        if (finished.result() instanceof TaskResult.Failed) {
            throw failure;
        }
        LOG.warn(
                "dag={} task={} its result can't be recorded: {}",
                finished.claim().run().dag(),
                finished.claim().key(),
                failure.getMessage());
        persistently(List.of(new Finished(finished.claim(), TaskFailure.of(failure))));
    }

    /** As long as the database can't be reached, there is nothing better to do than to try again. */
    private void persistently(List<Finished> batch) throws InterruptedException {
        while (true) {
            try {
                once(batch);
                return;
            } catch (TemporaryDatabaseException e) {
                if (closing) {
                    throw e;
                }
                LOG.warn("{} results of tasks wait for PostgreSQL: {}", batch.size(), e.getMessage());
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            }
        }
    }

    private void once(List<Finished> batch) {
        once(batch, completion -> completion.complete(batch));
    }

    private void once(List<Finished> batch, Function<Completion, Done> work) {
        Instant now = clock.instant();
        Completion completion = new Completion(database, definitions, outcomes, worker, wiring.seat(), starter, now);
        int used = 0;
        Done done;
        try {
            done = database.inTransaction(connection -> {
                Done result = work.apply(completion);
                if (result.othersReady() && wiring.hasPeers().getAsBoolean()) {
                    Notifications.send(database, CHANNEL, "ready " + worker);
                }
                return result;
            });
            used = done.claimed().size();
            wiring.claimed().accept(done.claimed());
        } finally {
            wiring.unused().accept(completion.seatsTaken() - used);
        }
        goOn(batch, done, now);
    }

    /** What has been recorded stays so, whatever happens here: a sweep does what is left undone. */
    private void goOn(List<Finished> batch, Done done, Instant now) {
        try {
            if (done.othersReady()) {
                wiring.othersReady().run();
            }
            if (done.nextLook() != null) {
                wiring.alarm().accept(done.nextLook());
            }
            tell(batch, done, now);
            if (!done.endedRuns().isEmpty()) {
                wiring.ended().accept(done.endedRuns());
            }
        } catch (DatabaseException e) {
            LOG.warn(
                    "what follows the end of {} runs waits for the next sweep: {}",
                    done.endedRuns().size(),
                    e.getMessage());
        } catch (RuntimeException e) {
            LOG.error(
                    "what follows the end of {} runs waits for the next sweep",
                    done.endedRuns().size(),
                    e);
        }
    }

    private void tell(List<Finished> batch, Done done, Instant now) {
        for (Accepted each : done.accepted()) {
            Claim claim = each.finished().claim();
            events.taskEnded(claim, each.state(), Duration.between(claim.startedAt(), now));
            log(each);
        }
        int refused = batch.size() - done.accepted().size();
        if (refused > 0) {
            LOG.warn("{} results of tasks came too late and were refused: others had taken the tasks over", refused);
            events.resultsRefused(refused);
        }
        done.endedRuns().forEach(ended -> {
            events.runEnded(
                    ended.run(), ended.state(), Duration.between(ended.run().startedAt(), now));
            LOG.info(
                    "dag={} run={} state={} logicalTime={}",
                    ended.run().dag(),
                    ended.run().id(),
                    ended.state(),
                    ended.run().logicalTime());
        });
    }

    private static void log(Accepted accepted) {
        Claim claim = accepted.finished().claim();
        @Nullable
        String error = accepted.finished().result() instanceof TaskResult.Failed failed ? failed.message() : null;
        if (error == null) {
            LOG.debug(
                    "dag={} run={} task={} state={} attempt={}",
                    claim.run().dag(),
                    claim.run().id(),
                    claim.key(),
                    accepted.state(),
                    claim.attempt());
        } else {
            LOG.warn(
                    "dag={} run={} task={} state={} attempt={} {}",
                    claim.run().dag(),
                    claim.run().id(),
                    claim.key(),
                    accepted.state(),
                    claim.attempt(),
                    error);
        }
    }

    /** Returns when all that came in has been written, or the patience is over. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.caravan.dag;

import io.caravan.batch.TimeOrderedId;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.dag.Completion.Ended;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import io.caravan.database.Datasets;
import io.caravan.database.Notifications;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of the engine: claims tasks and runs them, makes runs of ticks, and takes over from nodes that die. All that it knows is in PostgreSQL; any number of nodes share the work of one
 * database. Threads: one claims, one writes results, one keeps time, one gives signs of life, one listens, and the workers.
 */
public final class DagEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DagEngine.class);

    private final Database database;
    private final Clock clock;
    private final EngineSettings settings;
    private final UUID worker;
    private final RunningTasks running = new RunningTasks();
    private final RunStarter starter;
    private final Results results;
    private final Dispatcher dispatcher;
    private final Timekeeper timekeeper;
    private final List<Notifications> notifications;
    private final ScheduledExecutorService heart;
    private final DagEvents events;
    private final WorkerRepository workers;
    private final TaskRepository tasks;
    private final WorkflowRepository workflows;
    private volatile int peers = 1;
    private volatile boolean closed;
    private Instant lastBeat = Instant.MAX;

    /**
     * @param runners who does a task's work on this node
     * @param timetables when a workflow's runs are due
     * @param calendars those of config/calendars, by name
     */
    public DagEngine(
            Database database,
            Clock clock,
            Definitions definitions,
            TaskRunners runners,
            Function<DagDefinition, Timetable> timetables,
            Function<String, BusinessCalendar> calendars,
            List<DagEvents> listeners,
            EngineSettings settings) {
        this.database = database;
        this.workers = new WorkerRepository(database);
        this.tasks = new TaskRepository(database);
        this.workflows = new WorkflowRepository(database);
        this.clock = clock;
        this.settings = settings;
        this.worker = TimeOrderedId.at(clock.instant());
        this.events = new AllDagEvents(listeners);
        this.starter = new RunStarter(database, definitions, events);
        this.results = new Results(
                database,
                definitions,
                new TaskOutcome(ThreadLocalRandom.current()),
                clock,
                events,
                worker,
                new Results.Wiring(this::spare, this::submit, this::wakeDispatcher, () -> peers > 1, this::ended));
        this.dispatcher = new Dispatcher(
                database,
                worker,
                new TaskExecution(database, definitions, runners),
                running,
                results,
                definitions,
                clock,
                events,
                settings);
        this.timekeeper = new Timekeeper(
                database,
                clock,
                settings,
                new Ticks(database, definitions, timetables, starter),
                List.of(
                        new DatasetDuty(database, definitions, starter),
                        new JudgementDuty(database, definitions, timetables, calendars, events),
                        new BackfillDuty(database, definitions),
                        new CancellationDuty(database, definitions)),
                starter,
                running,
                results,
                this::tellReady,
                events);
        this.notifications = List.of(
                new Notifications(database, Results.CHANNEL, this::heard),
                new Notifications(database, Datasets.CHANNEL, dataset -> timekeeper.wake()));
        this.heart = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "caravan-dag-heart");
            thread.setDaemon(true);
            return thread;
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what it runs tells its own failures
    public void start() {
        database.runInTransaction(connection -> workers.register(worker, settings.node(), settings.lease()));
        results.start();
        dispatcher.start();
        timekeeper.start();
        notifications.forEach(Notifications::start);
        long beat = settings.beat().toMillis();
        heart.scheduleWithFixedDelay(this::beat, beat, beat, TimeUnit.MILLISECONDS);
        LOG.info("worker={} state=STARTED id={} workers={}", settings.node(), worker, settings.workers());
    }

    private int spare() {
        return dispatcher.spare();
    }

    private void submit(List<Claim> claims) {
        dispatcher.submit(claims);
    }

    private void wakeDispatcher() {
        dispatcher.wake();
    }

    /** Tasks have become ready outside of results: here, and for all to hear. */
    private void tellReady() {
        dispatcher.wake();
        if (peers > 1) {
            database.runInTransaction(connection -> Notifications.send(database, Results.CHANNEL, "ready " + worker));
        }
    }

    /** Runs have ended: their workflows have room for others, and tasks may have waited for them. */
    private void ended(List<Ended> runs) {
        List<String> dags =
                runs.stream().map(ended -> ended.run().dag()).distinct().toList();
        Instant now = clock.instant();
        List<DagRun> started = database.inTransaction(connection -> {
            workflows.unblock(dags, now);
            return starter.start(dags, now);
        });
        if (!started.isEmpty()) {
            dispatcher.wake();
        }
        timekeeper.wake();
    }

    /** What another node, or a command, has said. */
    private void heard(String message) {
        if (message.equals("ready " + worker)) {
            return;
        }
        if (message.startsWith("cancel")) {
            reconcile();
        }
        dispatcher.wake();
        if (!message.startsWith("ready")) {
            timekeeper.wake();
        }
    }

    /** Makes runs, and tells of them. */
    RunStarter starter() {
        return starter;
    }

    /** Something was changed in the tables by other hands: look at once. */
    public void look() {
        timekeeper.wake();
        dispatcher.wake();
    }

    private void beat() {
        try {
            boolean alive = database.inTransaction(connection -> workers.renew(worker, settings.lease()));
            peers = workers.count();
            if (!alive) {
                revive();
            }
            reconcile();
            lastBeat = clock.instant();
        } catch (DatabaseException e) {
            LOG.warn("worker={} can't renew its lease: {}", settings.node(), e.getMessage());
            stopWhenLost();
        } catch (RuntimeException e) {
            LOG.error("worker={} can't renew its lease", settings.node(), e);
        }
    }

    /** Found dead (a long pause of this process), with all it had given to others: what still runs here is stopped, and the node begins anew. */
    private void revive() {
        LOG.warn("worker={} was taken for dead; its tasks are others' now, so they are stopped here", settings.node());
        Instant now = clock.instant();
        running.all()
                .forEach(claim ->
                        running.stop(RunningTasks.Id.of(claim), new TaskResult.HandedBack("lost", Duration.ZERO), now));
        database.runInTransaction(connection -> workers.register(worker, settings.node(), settings.lease()));
    }

    /** Without a lease, others may begin what runs here: better to stop it. */
    private void stopWhenLost() {
        Instant now = clock.instant();
        if (lastBeat.isBefore(now.minus(settings.lease()))) {
            running.all()
                    .forEach(claim -> running.stop(
                            RunningTasks.Id.of(claim),
                            new TaskResult.HandedBack(
                                    "the database was out of reach for longer than the lease", Duration.ZERO),
                            now));
        }
    }

    /** Stops here what is no longer this node's, or whose run was cancelled. */
    private void reconcile() {
        Instant now = clock.instant();
        List<Claim> here = new ArrayList<>(running.all());
        if (here.isEmpty()) {
            return;
        }
        Map<TaskKey, Long> held = database.inTransaction(connection -> tasks.heldBy(worker));
        Map<UUID, String> cancelled = database.inTransaction(connection -> tasks.cancelledOf(worker));
        for (Claim claim : here) {
            boolean mine = Long.valueOf(claim.number()).equals(held.get(claim.key()));
            if (!mine) {
                running.stop(
                        RunningTasks.Id.of(claim), new TaskResult.HandedBack("given to another", Duration.ZERO), now);
            } else if (cancelled.containsKey(claim.key().run())) {
                running.stop(
                        RunningTasks.Id.of(claim),
                        new TaskResult.Failed(
                                List.of("CancellationException"),
                                String.valueOf(cancelled.get(claim.key().run()))),
                        now);
            }
        }
    }

    /** Finishes what runs, within {@code patience}; what doesn't end in time is interrupted and handed back, its try unspent. */
    public void stop(Duration patience) {
        if (closed) {
            return;
        }
        closed = true;
        notifications.forEach(Notifications::close);
        dispatcher.stopClaiming();
        timekeeper.stop();
        Instant until = Instant.now().plus(patience);
        awaitIdle(until);
        Instant now = clock.instant();
        running.all()
                .forEach(claim -> running.stop(
                        RunningTasks.Id.of(claim), new TaskResult.HandedBack("the node stopped", Duration.ZERO), now));
        awaitIdle(Instant.now().plusSeconds(5));
        running.reap(Instant.MAX).forEach(results::add);
        results.close();
        heart.shutdownNow();
        dispatcher.shutdown();
        try {
            database.runInTransaction(connection -> workers.leave(worker));
        } catch (DatabaseException e) {
            LOG.warn(
                    "worker={} could not say good-bye: {}; others take over when its lease ends",
                    settings.node(),
                    e.getMessage());
        }
    }

    private void awaitIdle(Instant until) {
        try {
            while (Instant.now().isBefore(until) && (!running.all().isEmpty() || !results.isIdle())) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop(Duration.ofSeconds(25));
    }
}

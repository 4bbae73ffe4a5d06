package io.caravan.dag.engine;

import io.caravan.batch.TimeOrderedId;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.engine.Completion.Ended;
import io.caravan.dag.event.AllDagEvents;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskOutcome;
import io.caravan.dag.run.TaskResult;
import io.caravan.dag.schedule.Timetable;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import io.caravan.database.Datasets;
import io.caravan.database.Notifications;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final RunningTasks running;
    private final RunStarter starter;
    private final Results results;
    private final Dispatcher dispatcher;
    private final HistoryDuty history;
    private final Timekeeper timekeeper;
    private final List<Notifications> notifications;
    private final ScheduledExecutorService heart;
    private final DagEvents events;
    private final WorkerRepository workers;
    private final TaskRepository tasks;
    private final WorkflowRepository workflows;
    private final Teardowns teardowns;
    private volatile int peers = 1;
    private volatile boolean closed;
    private Instant lastBeat = Instant.MAX;
    private Set<RunningTasks.Id> unknown = Set.of();

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
        this.teardowns = new Teardowns(definitions);
        this.clock = clock;
        this.settings = settings;
        this.worker = TimeOrderedId.at(clock.instant());
        this.events = new AllDagEvents(listeners);
        this.running = new RunningTasks(database);
        this.starter = new RunStarter(database, definitions, events);
        this.results = new Results(
                database,
                definitions,
                new TaskOutcome(ThreadLocalRandom.current()),
                clock,
                events,
                worker,
                new Results.Wiring(
                        () -> dispatcher().takeSeat(),
                        unused -> dispatcher().giveBack(unused),
                        claims -> dispatcher().submit(claims),
                        () -> dispatcher().wake(),
                        () -> peers > 1,
                        this::ended,
                        at -> timekeeper().wakeBy(at)));
        this.dispatcher = new Dispatcher(
                database,
                worker,
                new TaskExecution(database, definitions, runners),
                running,
                results,
                definitions,
                clock,
                events,
                at -> timekeeper().wakeBy(at),
                settings);
        this.history = new HistoryDuty(database, clock, settings.keepDays());
        this.timekeeper = new Timekeeper(
                database,
                clock,
                settings,
                new Ticks(database, definitions, timetables, starter),
                List.of(
                        new DatasetDuty(database, definitions, starter),
                        new JudgementDuty(database, definitions, timetables, calendars, events),
                        new BackfillDuty(database, definitions, events),
                        new CancellationDuty(database, definitions, events),
                        history),
                new TimeLimits(database, definitions, events),
                new DeadWorkers(database, definitions, events),
                starter,
                running,
                results,
                this::tellReady);
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
        lastBeat = clock.instant();
        database.runInTransaction(connection -> {
            workers.register(worker, settings.node(), settings.lease());
            peers = workers.count();
        });
        prepareHistory();
        results.start();
        dispatcher.start();
        timekeeper.start();
        notifications.forEach(Notifications::start);
        long beat = settings.beat().toMillis();
        heart.scheduleWithFixedDelay(this::beat, beat, beat, TimeUnit.MILLISECONDS);
        LOG.info("worker={} state=STARTED id={} workers={}", settings.node(), worker, settings.workers());
    }

    /** Before the first run can end, since a partition can't be made of a day that has runs already. */
    private void prepareHistory() {
        try {
            history.run(clock.instant());
        } catch (DatabaseException e) {
            LOG.warn(
                    "worker={} can't prepare the history of runs: {}; trying again later",
                    settings.node(),
                    e.getMessage());
        }
    }

    /** Known once the node is complete, which those who ask are before. */
    private Dispatcher dispatcher() {
        return dispatcher;
    }

    private Timekeeper timekeeper() {
        return timekeeper;
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
            List<DagRun> begun = starter.start(dags, now);
            workflows.unblock(dags, now);
            return begun;
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
        if (RelayedEvents.isOne(message)) {
            pass(message);
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

    private void pass(String message) {
        if (database.inTransaction(connection -> workers.isEldest(worker))) {
            RelayedEvents.pass(database, message, events, clock.instant());
        }
    }

    /** Makes runs, and tells of them. */
    public RunStarter starter() {
        return starter;
    }

    /** Something was changed in the tables by other hands: look at once. */
    public void look() {
        timekeeper.wake();
        dispatcher.wake();
    }

    private void beat() {
        try {
            Instant asked = clock.instant();
            boolean alive = database.inTransaction(connection -> {
                peers = workers.count();
                return workers.renew(worker, settings.lease());
            });
            if (!alive) {
                revive();
            }
            lastBeat = asked;
            reconcile();
            running.press();
            giveBackUnknown();
        } catch (DatabaseException e) {
            LOG.warn("worker={} can't renew its lease: {}", settings.node(), e.getMessage());
            stopWhenLost();
        } catch (RuntimeException | Error e) {
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
            } else if (cancelled.containsKey(claim.key().run()) && !teardowns.isOne(claim)) {
                running.stop(
                        RunningTasks.Id.of(claim),
                        new TaskResult.Failed(
                                List.of("CancellationException"),
                                String.valueOf(cancelled.get(claim.key().run()))),
                        now);
            }
        }
    }

    /**
     * Tasks that the tables say are this node's, and of which it knows nothing: a commit was done whose confirmation got lost, so they were claimed unheard. Whoever is unknown at two beats in a row
     * may be claimed anew.
     */
    private void giveBackUnknown() {
        Set<RunningTasks.Id> now = new HashSet<>();
        database.inTransaction(connection -> tasks.heldBy(worker))
                .forEach((key, number) -> now.add(new RunningTasks.Id(key, number)));
        now.removeIf(id -> running.isKnown(id) || results.isUnwritten(id));
        List<RunningTasks.Id> lost = now.stream().filter(unknown::contains).toList();
        unknown = now;
        if (!lost.isEmpty()) {
            int given = database.inTransaction(connection -> workers.giveBack(worker, lost, clock.instant()));
            LOG.warn(
                    "worker={} held {} tasks that it didn't know of; they may be claimed again",
                    settings.node(),
                    given);
            tellReady();
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
            int left = database.inTransaction(connection -> workers.leave(worker, clock.instant()));
            LOG.info("worker={} state=STOPPED tasks handed back at the last moment: {}", settings.node(), left);
            if (left > 0) {
                database.runInTransaction(
                        connection -> Notifications.send(database, Results.CHANNEL, "ready " + worker));
            }
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

package io.caravan.dag;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.engine.DagEngine;
import io.caravan.dag.engine.EngineSettings;
import io.caravan.dag.engine.RunRepository;
import io.caravan.dag.engine.WorkflowRepository;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.event.News;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.run.RunState;
import io.caravan.dag.schedule.Timetable;
import io.caravan.dag.steering.Triggering;
import io.caravan.dag.steering.Triggering.Wish;
import io.caravan.database.Database;
import io.caravan.database.outbox.OutboxDelivery;
import io.caravan.database.outbox.Subscribers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Workflows in this process: what its beans and routes define, the engine that runs it, and the events that go back to routes. Nothing runs before {@link #start}, so that routes may be loaded
 * first. Safe for any thread.
 */
public final class DagNode implements AutoCloseable {
    /** So long after the last change of a route the workflows are looked at; short enough that a save is live within two seconds. */
    private static final Duration SETTLED = Duration.ofMillis(300);

    private final Database database;
    private final Clock clock;
    private final DagCatalog catalog;
    private final DagEngine engine;
    private final OutboxDelivery delivery;
    private final TaskLogs logs;
    private final Function<String, BusinessCalendar> calendars;
    private final Triggering triggering;
    private final Map<DagDefinition, Timetable> timetables = new ConcurrentHashMap<>();
    private final Supplier<Duration> patience;
    private boolean started;
    private boolean stopped;

    /** @param patience how long a {@link #close} lets tasks finish */
    DagNode(
            Database database,
            Clock clock,
            DagCatalog catalog,
            TaskRoutes tasks,
            Subscribers eventRoutes,
            Function<String, BusinessCalendar> calendars,
            List<DagEvents> listeners,
            EngineSettings settings,
            Supplier<Duration> patience) {
        this.patience = patience;
        this.database = database;
        this.clock = clock;
        this.catalog = catalog;
        this.calendars = calendars;
        this.logs = new TaskLogs(database);
        this.delivery = new OutboxDelivery(database, clock, News.TOPIC, eventRoutes, settings.sweep());
        this.engine = new DagEngine(
                database,
                clock,
                catalog,
                (dag, task) -> tasks.find(dag, task).map(route -> route),
                this::timetable,
                calendars,
                listeners,
                settings);
        this.triggering = new Triggering(database, engine.starter(), this::timetable);
        catalog.onChange(changed -> {
            timetables.clear();
            engine.look();
        });
    }

    /** The workflows that are defined here. */
    public DagCatalog catalog() {
        return catalog;
    }

    /** Takes the log lines of tasks. */
    public TaskLogs logs() {
        return logs;
    }

    /** Begins to work. What was loaded up to now is complete: other workflows of the database are gone. */
    public synchronized void start() {
        if (!started) {
            started = true;
            catalog.settle(true);
            catalog.settleAfter(SETTLED);
            logs.start();
            delivery.start();
            engine.start();
        }
    }

    synchronized boolean isStarted() {
        return started;
    }

    /**
     * When a workflow's runs are due. One with a calendar is asked anew each time, since calendars change while we run.
     *
     * @throws IllegalArgumentException when it has no schedule of its own
     */
    public Timetable timetable(DagDefinition dag) {
        Timing timing = dag.timing()
                .orElseThrow(() -> new IllegalArgumentException("Workflow '" + dag.id() + "' has no schedule"));
        return timing.calendar().isPresent()
                ? Timetable.of(timing, calendars)
                : timetables.computeIfAbsent(dag, key -> Timetable.of(timing, calendars));
    }

    /**
     * Makes a run of the newest interval that had ended at its logical time; or finds the one that was made when the same was wished before, on the same occasion.
     *
     * @throws RefusedException when there is no such workflow, a param is wrong, or the logical time has a run already
     */
    UUID trigger(String workflow, Wish wish) {
        Definitions.Current current = new WorkflowRepository(database)
                .standing(workflow)
                .filter(WorkflowRepository.Standing::active)
                .flatMap(standing -> catalog.current(workflow))
                .orElseThrow(() -> new RefusedException("There is no workflow '" + workflow + "' to start"));
        DagRun run = database.inTransaction(connection -> triggering.trigger(clock.instant(), current, wish));
        // in a batch or an event nobody sees it before the commit
        database.afterCommit(engine::look);
        return run.id();
    }

    /** How a run stands; empty: there is none. */
    public Optional<RunState> stateOf(UUID run) {
        return new RunRepository(database).state(run);
    }

    /** Finishes what runs, within the time that Camel has for its own stop, and hands back what doesn't end by then. */
    @Override
    public synchronized void close() {
        if (!stopped) {
            stopped = true;
            catalog.close();
            if (started) {
                delivery.close();
                engine.stop(patience.get());
                logs.close();
            }
        }
    }
}

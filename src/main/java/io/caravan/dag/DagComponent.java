package io.caravan.dag;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.files.Calendars;
import io.caravan.dag.engine.EngineSettings;
import io.caravan.dag.event.DagEvents;
import io.caravan.database.Database;
import io.caravan.database.FencedSteps;
import io.caravan.database.outbox.Subscribers;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.Registry;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.util.InetAddressUtil;
import org.jspecify.annotations.Nullable;

/**
 * The scheme {@code dag:}. Finds by type in the registry: the {@link Database} and a {@link Clock} (default: the system's); by name: the {@link Dag} of each workflow and the {@link Pool}s.
 */
@Component("dag")
public class DagComponent extends DefaultComponent {
    @Metadata(
            defaultValue = "UTC",
            description =
                    "By whose clock on the wall schedules go of workflows that name no timezone, such as Europe/Amsterdam.")
    private String timezone = "UTC";

    @Metadata(defaultValue = "16", description = "How many tasks this process runs at once.")
    private int workers = 16;

    @Metadata(
            label = "advanced",
            javaType = "java.time.Duration",
            defaultValue = "20s",
            description =
                    "How long after its last sign of life this process counts as dead, and others take over its tasks. Must be at least twice the beat.")
    private long lease = 20_000;

    @Metadata(
            label = "advanced",
            javaType = "java.time.Duration",
            defaultValue = "5s",
            description = "How often this process gives a sign of life.")
    private long beat = 5_000;

    @Metadata(
            label = "advanced",
            javaType = "java.time.Duration",
            defaultValue = "5s",
            description = "How often it looks for work that nobody told it of: the safety net.")
    private long sweep = 5_000;

    @Metadata(defaultValue = "90", description = "How many days finished runs, their logs and attempts are kept.")
    private int keepDays = 90;

    @Metadata(
            defaultValue = "true",
            description =
                    "Whether work begins by itself once the Camel context has started. False: when DagComponent.node().start() is called, after the routes have been loaded.")
    private boolean autoStartEngine = true;

    private @Nullable DagNode node;
    private final TaskRoutes taskRoutes = new TaskRoutes();
    private final Subscribers eventRoutes = new Subscribers();

    public DagComponent() {}

    public DagComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        DagEndpoint endpoint = new DagEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    /** The workflows of this process; made when it is first asked for. */
    public synchronized DagNode node() {
        DagNode made = node;
        if (made == null) {
            made = make();
            node = made;
        }
        return made;
    }

    private DagNode make() {
        Registry registry = getCamelContext().getRegistry();
        String name = InetAddressUtil.getLocalHostNameSafe() + "/"
                + ProcessHandle.current().pid();
        DagCatalog catalog =
                new DagCatalog(database(), clock(), taskRoutes, beans(), isCalendar(), ZoneId.of(timezone), name);
        return new DagNode(
                database(),
                clock(),
                catalog,
                taskRoutes,
                eventRoutes,
                calendars(),
                List.copyOf(registry.findByType(DagEvents.class)),
                new EngineSettings(
                        name,
                        workers,
                        Duration.ofMillis(lease),
                        Duration.ofMillis(beat),
                        Duration.ofMillis(sweep),
                        keepDays),
                this::patience);
    }

    private Duration patience() {
        ShutdownStrategy shutdown = getCamelContext().getShutdownStrategy();
        return Duration.of(shutdown.getTimeout(), shutdown.getTimeUnit().toChronoUnit());
    }

    private Predicate<String> isCalendar() {
        Calendars calendars = getCamelContext().getRegistry().findSingleByType(Calendars.class);
        return calendar -> calendars != null && calendars.find(calendar).isPresent();
    }

    private Function<String, BusinessCalendar> calendars() {
        Calendars calendars = getCamelContext().getRegistry().findSingleByType(Calendars.class);
        return calendars == null ? DagComponent::noCalendar : calendars::named;
    }

    private static BusinessCalendar noCalendar(String name) {
        throw new IllegalArgumentException(
                "There is no calendar '" + name
                        + "': the registry has no io.caravan.calendar.files.Calendars. Bind one that reads your folder of calendars.");
    }

    private record RegisteredBeans(Registry registry) implements DagCatalog.Beans {
        @Override
        public Map<String, Dag> dags() {
            return registry.findByTypeWithName(Dag.class);
        }

        @Override
        public Map<String, Pool> pools() {
            return registry.findByTypeWithName(Pool.class);
        }
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        // routes of tasks, and those that they call, come after their component
        Database database = getCamelContext().getRegistry().findSingleByType(Database.class);
        if (database != null) {
            getCamelContext().getCamelContextExtension().addInterceptStrategy(new FencedSteps(database));
        }
        getCamelContext().addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                stopNode();
            }
        });
        getCamelContext().addStartupListener(new EngineStart());
    }

    /** Work begins when all routes are there. */
    private final class EngineStart implements ExtendedStartupListener {
        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            // routes may still be missing
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
            if (autoStartEngine) {
                node().start();
            }
        }
    }

    /** Before the routes go: tasks that run may end, and none begins. */
    private void stopNode() {
        DagNode running;
        synchronized (this) {
            running = node;
        }
        if (running != null) {
            running.close();
        }
    }

    @Override
    protected void doShutdown() throws Exception {
        stopNode();
        super.doShutdown();
    }

    /** Runs workflows of this context in the foreground, without recording; their routes must be started. */
    public Rehearsals rehearsals() {
        Predicate<String> isCalendar = isCalendar();
        UnrecordedDefinitions definitions =
                new UnrecordedDefinitions(taskRoutes, beans(), isCalendar, ZoneId.of(timezone));
        return new Rehearsals(
                database(),
                clock(),
                definitions,
                (dag, task) -> taskRoutes.find(dag, task).map(route -> route),
                calendars());
    }

    /** The routes of tasks that run here. */
    public TaskRoutes taskRoutes() {
        return taskRoutes;
    }

    /** The routes here that are told what becomes of runs. */
    public Subscribers eventRoutes() {
        return eventRoutes;
    }

    /** @throws IllegalArgumentException when no bean of that name is a {@link Dag}; the message names those that are */
    void requireWorkflow(String workflow) {
        if (getCamelContext().getRegistry().lookupByNameAndType(workflow, Dag.class) == null) {
            Set<String> known = new TreeSet<>(getCamelContext()
                    .getRegistry()
                    .findByTypeWithName(Dag.class)
                    .keySet());
            throw new IllegalArgumentException("There is no workflow '" + workflow
                    + "': no bean of that name is an io.caravan.dag.Dag. "
                    + (known.isEmpty()
                            ? "Define it under beans:, such as {name: " + workflow + ", type: io.caravan.dag.Dag}."
                            : "Known workflows: " + String.join(", ", known) + "."));
        }
    }

    /** By whose clock a workflow goes. */
    ZoneId zoneOf(String workflow) {
        Dag dag = getCamelContext().getRegistry().lookupByNameAndType(workflow, Dag.class);
        return ZoneId.of(Optional.ofNullable(dag).flatMap(Dag::timezone).orElse(timezone));
    }

    /** The workflows' and pools' beans in the registry. */
    public DagCatalog.Beans beans() {
        return new RegisteredBeans(getCamelContext().getRegistry());
    }

    Database database() {
        Database database = getCamelContext().getRegistry().findSingleByType(Database.class);
        if (database == null) {
            throw new IllegalStateException(
                    "dag: keeps its runs in PostgreSQL, and the registry has no io.caravan.database.Database. Bind one before the routes start.");
        }
        return database;
    }

    Clock clock() {
        Clock clock = getCamelContext().getRegistry().findSingleByType(Clock.class);
        return clock == null ? Clock.systemUTC() : clock;
    }

    public String getTimezone() {
        return timezone;
    }

    /** The zone of workflows that name none. */
    public void setTimezone(String timezone) {
        this.timezone = timezone;
    }

    public int getWorkers() {
        return workers;
    }

    /** How many tasks this process runs at once. */
    public void setWorkers(int workers) {
        this.workers = workers;
    }

    public long getLease() {
        return lease;
    }

    /** How long after its last sign of life this process is dead, in milliseconds. */
    public void setLease(long lease) {
        this.lease = lease;
    }

    public long getBeat() {
        return beat;
    }

    /** How often it gives a sign of life, in milliseconds. */
    public void setBeat(long beat) {
        this.beat = beat;
    }

    public long getSweep() {
        return sweep;
    }

    /** How often it looks for what nobody told it of, in milliseconds. */
    public void setSweep(long sweep) {
        this.sweep = sweep;
    }

    public int getKeepDays() {
        return keepDays;
    }

    /** How many days finished runs are kept. */
    public void setKeepDays(int keepDays) {
        this.keepDays = keepDays;
    }

    public boolean isAutoStartEngine() {
        return autoStartEngine;
    }

    /** Whether work begins by itself once the Camel context has started. */
    public void setAutoStartEngine(boolean autoStartEngine) {
        this.autoStartEngine = autoStartEngine;
    }
}

package io.caravan.dag;

import io.caravan.database.Database;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

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

    private final TaskRoutes taskRoutes = new TaskRoutes();
    private final EventRoutes eventRoutes = new EventRoutes();

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

    /** The routes of tasks that run here. */
    public TaskRoutes taskRoutes() {
        return taskRoutes;
    }

    /** The routes here that are told what becomes of runs. */
    public EventRoutes eventRoutes() {
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
        return new DagCatalog.Beans() {
            @Override
            public Map<String, Dag> dags() {
                return getCamelContext().getRegistry().findByTypeWithName(Dag.class);
            }

            @Override
            public Map<String, Pool> pools() {
                return getCamelContext().getRegistry().findByTypeWithName(Pool.class);
            }
        };
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
}

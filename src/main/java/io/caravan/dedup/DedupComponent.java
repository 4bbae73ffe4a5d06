package io.caravan.dedup;

import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/** The scheme {@code dedup:}. Takes {@link Database}, {@link Clock} and all {@link DedupEvents} from Camel's registry. */
@Component("dedup")
public class DedupComponent extends DefaultComponent {
    @Metadata(
            defaultValue = "30d",
            description =
                    "How long the log of dropped records (caravan.dedup_dropped) is kept: whole days, dropped as partitions. Readers that are"
                            + " further behind lose what is older")
    private String logRetention = "30d";

    private @Nullable DroppedLog log;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        DedupEndpoint endpoint = new DedupEndpoint(uri, this);
        endpoint.setRepository(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    public String getLogRetention() {
        return logRetention;
    }

    public void setLogRetention(String logRetention) {
        this.logRetention = logRetention;
    }

    /** One for all endpoints, so that each day is prepared once. */
    synchronized DroppedLog log() {
        if (log == null) {
            Duration retention = Window.duration(logRetention);
            log = new DroppedLog(database(getCamelContext()), clock(getCamelContext()), retention);
        }
        return log;
    }

    static Database database(CamelContext context) {
        Database database = context.getRegistry().findSingleByType(Database.class);
        if (database == null) {
            throw new IllegalStateException(
                    "dedup: keeps its keys in PostgreSQL and found no io.caravan.database.Database in Camel's registry. Bind exactly one:"
                            + " context.getRegistry().bind(\"database\", database)");
        }
        return database;
    }

    static Clock clock(CamelContext context) {
        Clock clock = context.getRegistry().findSingleByType(Clock.class);
        return clock == null ? Clock.systemUTC() : clock;
    }

    static DedupEvents events(CamelContext context) {
        return new AllDedupEvents(context.getRegistry().findByType(DedupEvents.class));
    }
}

package io.caravan.load;

import io.caravan.database.Database;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** The scheme {@code load:}. Takes {@link Database}, {@link Clock} and all {@link LoadEvents} from Camel's registry. */
@Component("load")
public class LoadComponent extends DefaultComponent {
    private final ConsumerEvents heard = new ConsumerEvents();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        LoadEndpoint endpoint = new LoadEndpoint(uri, this);
        endpoint.setTable(URLDecoder.decode(remaining.replace("+", "%2B"), StandardCharsets.UTF_8));
        setProperties(endpoint, parameters);
        endpoint.options();
        return endpoint;
    }

    /** Routes that start with {@code load:} in this context hear of what is loaded in it. */
    void add(LoadEvents consumer) {
        heard.consumers.add(consumer);
    }

    void remove(LoadEvents consumer) {
        heard.consumers.remove(consumer);
    }

    LoadEvents events() {
        List<LoadEvents> all = new ArrayList<>(getCamelContext().getRegistry().findByType(LoadEvents.class));
        all.add(heard);
        return new AllLoadEvents(all);
    }

    Database database() {
        Database database = getCamelContext().getRegistry().findSingleByType(Database.class);
        if (database == null) {
            throw new IllegalStateException(
                    "load: writes into PostgreSQL and found no io.caravan.database.Database in Camel's registry. Bind exactly one:"
                            + " context.getRegistry().bind(\"database\", database)");
        }
        return database;
    }

    Clock clock() {
        return clock(getCamelContext());
    }

    private static Clock clock(CamelContext context) {
        Clock clock = context.getRegistry().findSingleByType(Clock.class);
        return clock == null ? Clock.systemUTC() : clock;
    }

    /** Consumers come and go with their routes, while producers keep the listeners that they found at start. */
    private static final class ConsumerEvents implements LoadEvents {
        private final List<LoadEvents> consumers = new CopyOnWriteArrayList<>();

        @Override
        public void loaded(LoadReport report) {
            consumers.forEach(consumer -> consumer.loaded(report));
        }

        @Override
        public void rejected(List<RejectedRecord> records) {
            consumers.forEach(consumer -> consumer.rejected(records));
        }
    }
}

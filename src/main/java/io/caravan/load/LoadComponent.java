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
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/** The scheme {@code load:}. Takes {@link Database}, {@link Clock} and all {@link LoadEvents} from Camel's registry. */
@Component("load")
public class LoadComponent extends DefaultComponent {
    @Metadata(defaultValue = "90", description = "How many whole days rejected records are kept in caravan.rejected")
    private int rejectedDays = LoadLogs.REJECTED_DAYS;

    @Metadata(
            defaultValue = "30",
            description = "How many whole days the log of duplicates, caravan.duplicate, is kept")
    private int duplicateDays = LoadLogs.DUPLICATE_DAYS;

    @Metadata(
            defaultValue = "30",
            description =
                    "How many whole days each batch's report, and its records as received, are kept in caravan.load_batch; batches can be replayed as long")
    private int batchDays = LoadLogs.BATCH_DAYS;

    private final ConsumerEvents heard = new ConsumerEvents();
    private @Nullable LoadLogs logs;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        LoadEndpoint endpoint = new LoadEndpoint(uri, this);
        endpoint.setTable(URLDecoder.decode(remaining.replace("+", "%2B"), StandardCharsets.UTF_8));
        setProperties(endpoint, parameters);
        endpoint.options();
        return endpoint;
    }

    public int getRejectedDays() {
        return rejectedDays;
    }

    public void setRejectedDays(int rejectedDays) {
        this.rejectedDays = rejectedDays;
    }

    public int getDuplicateDays() {
        return duplicateDays;
    }

    public void setDuplicateDays(int duplicateDays) {
        this.duplicateDays = duplicateDays;
    }

    public int getBatchDays() {
        return batchDays;
    }

    public void setBatchDays(int batchDays) {
        this.batchDays = batchDays;
    }

    /** One for all endpoints, so that each day is prepared once. */
    synchronized LoadLogs logs() {
        if (logs == null) {
            logs = new LoadLogs(database(), clock(), rejectedDays, duplicateDays, batchDays);
        }
        return logs;
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

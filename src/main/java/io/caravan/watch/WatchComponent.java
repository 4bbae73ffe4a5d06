package io.caravan.watch;

import io.caravan.database.Database;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/** The scheme {@code watch:}. Takes {@link Database}, {@link Clock} and all {@link WatchEvents} from Camel's registry. */
@Component("watch")
public class WatchComponent extends DefaultComponent {
    @Metadata(
            defaultValue = "92",
            description = "How many whole days the hourly counts of each fleet are kept in caravan.watch_hour")
    private int keepDays = ArrivalDays.KEEP_DAYS;

    @Metadata(
            label = "advanced",
            defaultValue = "1000000",
            description =
                    "How many vehicles of how many hours this process remembers to have counted, at 16 to 32 bytes each. One that it forgets costs a write with its next packet and is counted as rightly")
    private int rememberedVehicles = 1_000_000;

    private @Nullable Arrivals arrivals;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        WatchEndpoint endpoint = new WatchEndpoint(uri, this, what(remaining));
        setProperties(endpoint, parameters);
        endpoint.arrivalOptions();
        return endpoint;
    }

    private static WatchWhat what(String remaining) {
        return Arrays.stream(WatchWhat.values())
                .filter(what -> what.name().equals(remaining))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("watch:" + remaining + " is unknown; use "
                        + Arrays.stream(WatchWhat.values())
                                .map(what -> "watch:" + what)
                                .collect(Collectors.joining(" or "))));
    }

    /** One for all endpoints, so that each vehicle is written once an hour. */
    synchronized Arrivals arrivals() {
        if (arrivals == null) {
            arrivals = new Arrivals(
                    database(),
                    clock(),
                    new AllWatchEvents(getCamelContext().getRegistry().findByType(WatchEvents.class)),
                    new KnownVehicles(rememberedVehicles),
                    new ArrivalDays(database(), clock(), keepDays));
        }
        return arrivals;
    }

    Database database() {
        Database database = getCamelContext().getRegistry().findSingleByType(Database.class);
        if (database == null) {
            throw new IllegalStateException(
                    "watch: counts in PostgreSQL and found no io.caravan.database.Database in Camel's registry. Bind exactly one:"
                            + " context.getRegistry().bind(\"database\", database)");
        }
        return database;
    }

    Clock clock() {
        Clock clock = getCamelContext().getRegistry().findSingleByType(Clock.class);
        return clock == null ? Clock.systemUTC() : clock;
    }

    public int getKeepDays() {
        return keepDays;
    }

    /** How many whole days hourly counts are kept. */
    public void setKeepDays(int keepDays) {
        this.keepDays = keepDays;
    }

    public int getRememberedVehicles() {
        return rememberedVehicles;
    }

    /** How many vehicles this process remembers to have counted. */
    public void setRememberedVehicles(int rememberedVehicles) {
        this.rememberedVehicles = rememberedVehicles;
    }
}

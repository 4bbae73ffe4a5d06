package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.outbox.Subscribers;
import io.caravan.watch.arrivals.ArrivalDays;
import io.caravan.watch.arrivals.KnownVehicles;
import io.caravan.watch.episode.CauseFinder;
import io.caravan.watch.episode.Holding;
import io.caravan.watch.fleet.Fleets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.util.InetAddressUtil;
import org.jspecify.annotations.Nullable;

/** The scheme {@code watch:}. Takes {@link Database}, {@link Clock} and all {@link WatchEvents} from Camel's registry. */
@Component("watch")
public class WatchComponent extends DetectorComponent {
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

    @Metadata(
            defaultValue = "30s",
            javaType = "java.time.Duration",
            description =
                    "How long a fleet's problem waits for its provider, credential, region and tenant to be judged, so that one outage is told once")
    private long groupWait = Holding.Patience.DEFAULT.group().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "30m",
            javaType = "java.time.Duration",
            description = "How long a fleet's problem waits at most, while one of these is late itself")
    private long longestWait = Holding.Patience.DEFAULT.longest().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "3",
            description = "After how many accepted calls in a row a provider's errors are over")
    private int acceptedCalls = ErrorStreakRepository.Calm.DEFAULT.calls();

    @Metadata(
            label = "advanced",
            defaultValue = "10m",
            javaType = "java.time.Duration",
            description = "After how long without a failed call they are over as soon as one was accepted")
    private long quietAfterErrors = ErrorStreakRepository.Calm.DEFAULT.quiet().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "20",
            description =
                    "From how many rejected records on of a provider's table, within rejectedWithin, it is told that its records are rejected")
    private int rejectedRecords = RejectStreaks.Limits.DEFAULT.records();

    @Metadata(
            label = "advanced",
            defaultValue = "0.5",
            description =
                    "How much of what usually passes must be rejected for that, above 0 and up to 1. What is usual is what passed in the day before")
    private double rejectedShare = RejectStreaks.Limits.DEFAULT.share();

    @Metadata(
            label = "advanced",
            defaultValue = "15m",
            javaType = "java.time.Duration",
            description =
                    "Over how long rejected records are counted. It is over when records have passed for quietAfterErrors")
    private long rejectedWithin = RejectStreaks.Limits.DEFAULT.within().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "5",
            description =
                    "Where few records come: from how many on that are rejected in a row, with none that passed since the first of them, it is told as well")
    private int rejectedInARow = RejectStreaks.Limits.DEFAULT.inARow();

    @Metadata(
            label = "advanced",
            defaultValue = "2h",
            javaType = "java.time.Duration",
            description = "How long ago the first of these must have come, up to a day")
    private long rejectedFor = RejectStreaks.Limits.DEFAULT.over().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "15s",
            javaType = "java.time.Duration",
            description = "How often the watchdog looks for what nobody told it of")
    private long look = 15_000;

    @Metadata(label = "advanced", defaultValue = "250", description = "How many series are judged in one transaction")
    private int chunk = 250;

    @Metadata(defaultValue = "365", description = "How many days troubles that are over are kept")
    private int keepEpisodesDays = 365;

    @Metadata(
            defaultValue = "true",
            description =
                    "Whether the watchdog begins by itself once the Camel context has started. False: when WatchComponent.node().start() is called, after the routes have been loaded")
    private boolean autoStartWatchdog = true;

    private @Nullable Arrivals arrivals;
    private @Nullable WatchNode node;
    private final Subscribers subscribers = new Subscribers();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        WatchEndpoint endpoint = new WatchEndpoint(uri, this, what(remaining));
        setProperties(endpoint, parameters);
        endpoint.check();
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

    /** The watchdog of this process; made when it is first asked for. */
    public synchronized WatchNode node() {
        WatchNode made = node;
        if (made == null) {
            made = WatchNode.of(
                    database(),
                    clock(),
                    settings(),
                    getCamelContext().getRegistry().findSingleByType(Fleets.class),
                    getCamelContext().getRegistry().findSingleByType(CauseFinder.class),
                    getCamelContext().getRegistry().findByType(Duty.class),
                    new AllWatchEvents(getCamelContext().getRegistry().findByType(WatchEvents.class)),
                    subscribers);
            node = made;
        }
        return made;
    }

    private WatchdogSettings settings() {
        return new WatchdogSettings(
                InetAddressUtil.getLocalHostNameSafe() + "/"
                        + ProcessHandle.current().pid(),
                Duration.ofMillis(look),
                new Holding.Patience(Duration.ofMillis(groupWait), Duration.ofMillis(longestWait)),
                new ErrorStreakRepository.Calm(acceptedCalls, Duration.ofMillis(quietAfterErrors)),
                new RejectStreaks.Limits(
                        rejectedRecords,
                        rejectedShare,
                        Duration.ofMillis(rejectedWithin),
                        rejectedInARow,
                        Duration.ofMillis(rejectedFor)),
                chunk,
                Duration.ofDays(keepDays),
                Duration.ofDays(keepEpisodesDays),
                detectorSettings());
    }

    /** The routes here that are told events. */
    Subscribers subscribers() {
        return subscribers;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        getCamelContext().addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                stopNode();
            }
        });
        getCamelContext().addStartupListener(new WatchdogStart());
    }

    /** It looks when all routes are there. */
    private final class WatchdogStart implements ExtendedStartupListener {
        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            // routes may still be missing
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
            if (autoStartWatchdog) {
                node().start();
            }
        }
    }

    private void stopNode() {
        WatchNode running;
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

    public long getGroupWait() {
        return groupWait;
    }

    /** How long a problem waits for merged streams, in milliseconds. */
    public void setGroupWait(long groupWait) {
        this.groupWait = groupWait;
    }

    public long getLongestWait() {
        return longestWait;
    }

    /** How long at most, in milliseconds. */
    public void setLongestWait(long longestWait) {
        this.longestWait = longestWait;
    }

    public int getAcceptedCalls() {
        return acceptedCalls;
    }

    /** After how many accepted calls in a row errors are over. */
    public void setAcceptedCalls(int acceptedCalls) {
        this.acceptedCalls = acceptedCalls;
    }

    public long getQuietAfterErrors() {
        return quietAfterErrors;
    }

    /** After how long without a failed call one that is accepted ends errors, in milliseconds. */
    public void setQuietAfterErrors(long quietAfterErrors) {
        this.quietAfterErrors = quietAfterErrors;
    }

    public int getRejectedRecords() {
        return rejectedRecords;
    }

    /** From how many rejected records on they are told. */
    public void setRejectedRecords(int rejectedRecords) {
        this.rejectedRecords = rejectedRecords;
    }

    public double getRejectedShare() {
        return rejectedShare;
    }

    /** How much of what usually passes must be rejected for that. */
    public void setRejectedShare(double rejectedShare) {
        this.rejectedShare = rejectedShare;
    }

    public long getRejectedWithin() {
        return rejectedWithin;
    }

    /** Over how long rejected records are counted, in milliseconds. */
    public void setRejectedWithin(long rejectedWithin) {
        this.rejectedWithin = rejectedWithin;
    }

    public int getRejectedInARow() {
        return rejectedInARow;
    }

    /** From how many on that are rejected in a row they are told where few come. */
    public void setRejectedInARow(int rejectedInARow) {
        this.rejectedInARow = rejectedInARow;
    }

    public long getRejectedFor() {
        return rejectedFor;
    }

    /** How long ago the first of these must have come, in milliseconds. */
    public void setRejectedFor(long rejectedFor) {
        this.rejectedFor = rejectedFor;
    }

    public long getLook() {
        return look;
    }

    /** How often the watchdog looks, in milliseconds. */
    public void setLook(long look) {
        this.look = look;
    }

    public int getChunk() {
        return chunk;
    }

    /** How many series are judged in one transaction. */
    public void setChunk(int chunk) {
        this.chunk = chunk;
    }

    public int getKeepEpisodesDays() {
        return keepEpisodesDays;
    }

    /** How many days troubles that are over are kept. */
    public void setKeepEpisodesDays(int keepEpisodesDays) {
        this.keepEpisodesDays = keepEpisodesDays;
    }

    public boolean isAutoStartWatchdog() {
        return autoStartWatchdog;
    }

    /** Whether the watchdog begins by itself. */
    public void setAutoStartWatchdog(boolean autoStartWatchdog) {
        this.autoStartWatchdog = autoStartWatchdog;
    }
}

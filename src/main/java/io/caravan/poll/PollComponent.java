package io.caravan.poll;

import io.caravan.database.Database;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.InetAddressUtil;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The scheme {@code poll:}. Finds by type in the registry: the {@link Database}, a {@link Clock} (default: the system's) and {@link PollEvents} listeners; by name: the
 * {@link Provider} of each stream.
 */
@Component("poll")
public class PollComponent extends DefaultComponent {
    private static final Duration PRUNE_EVERY = Duration.ofHours(1);
    private static final Duration PROBES_EVERY = Duration.ofSeconds(3);

    @Metadata(
            label = "advanced",
            javaType = "java.time.Duration",
            defaultValue = "60000",
            description =
                    "How long a provider's limit of calls looks back: the minute of callsPerMinute. Only tests have cause to change it.")
    private long limitWindow = 60_000;

    @Metadata(
            label = "advanced",
            description =
                    "The name by which this node owns streams. Default: the host's name, the process id and a number. Must differ between the nodes of one database.")
    private @Nullable String node;

    private final Map<String, Client> clients = new HashMap<>();
    private final String ownName = InetAddressUtil.getLocalHostNameSafe() + "/"
            + ProcessHandle.current().pid() + "/" + Integer.toHexString(System.identityHashCode(this));
    private @Nullable ScheduledExecutorService timer;
    private @Nullable ScheduledExecutorService probers;

    /** What a provider's streams share, and what to close when its bean was replaced. */
    private record Client(ProviderClient shared, HttpCallProducer http, Future<?> pruning, Optional<Future<?>> probing)
            implements AutoCloseable {
        @Override
        public void close() {
            pruning.cancel(false);
            probing.ifPresent(task -> task.cancel(false));
            http.close();
        }
    }

    public PollComponent() {}

    public PollComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        boolean isAction = parameters.containsKey("action") && !remaining.contains("/");
        StreamName stream = isAction ? new StreamName(remaining, "action") : StreamName.parse(remaining);
        PollEndpoint endpoint = new PollEndpoint(uri, this, stream);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    Provider provider(StreamName stream) {
        Provider provider = getCamelContext().getRegistry().lookupByNameAndType(stream.provider(), Provider.class);
        if (provider == null) {
            Set<String> known = new TreeSet<>(getCamelContext()
                    .getRegistry()
                    .findByTypeWithName(Provider.class)
                    .keySet());
            throw new IllegalArgumentException("poll:" + stream + " needs a provider '" + stream.provider()
                    + "', and no bean of that name is an io.caravan.poll.Provider. "
                    + (known.isEmpty()
                            ? "There is none yet; define it under beans:, in config/providers or beside the route."
                            : "Known providers: " + String.join(", ", known) + "."));
        }
        provider.check(stream.provider());
        return provider;
    }

    Database database() {
        Database database = getCamelContext().getRegistry().findSingleByType(Database.class);
        if (database == null) {
            throw new IllegalStateException(
                    "poll: keeps its cursors in PostgreSQL, and the registry has no io.caravan.database.Database. Bind one before the routes start.");
        }
        return database;
    }

    Clock clock() {
        Clock clock = getCamelContext().getRegistry().findSingleByType(Clock.class);
        return clock == null ? Clock.systemUTC() : clock;
    }

    /** What all streams of a provider share; new when the provider's bean was replaced by a reload. */
    synchronized ProviderClient client(StreamName stream) throws Exception {
        Provider provider = provider(stream);
        Client known = clients.get(stream.provider());
        if (known != null && known.shared().provider() == provider) {
            return known.shared();
        }
        Client made = connect(stream.provider(), provider);
        clients.put(stream.provider(), made);
        if (known != null) {
            known.close();
        }
        return made.shared();
    }

    private Client connect(String name, Provider provider) throws Exception {
        HttpCallProducer http = new HttpCallProducer(httpEndpoint(name, provider), provider, timer());
        List<PollEvents> listeners =
                new ArrayList<>(getCamelContext().getRegistry().findByType(PollEvents.class));
        CallRepository calls = new CallRepository(database());
        RejectedPageRepository rejected = new RejectedPageRepository(database());
        Future<?> pruning = timer().scheduleWithFixedDelay(
                        () -> prune(name, provider, calls, rejected), 1, PRUNE_EVERY.toMinutes(), TimeUnit.MINUTES);
        CallLog log = new CallLog(calls, CallLimit.of(provider, Duration.ofMillis(limitWindow)), listeners);
        ProviderRepository providers = new ProviderRepository(database());
        List<Authorization> logins = provider.credentials().stream()
                .map(credential -> new Authorization(
                        provider, credential, new AccessTokens(provider, credential, log, http, clock()), clock()))
                .toList();
        providers.know(
                name, provider.credentials().stream().map(Credential::name).toList());
        ProviderClient shared = new ProviderClient(provider, log, providers, logins, http);
        return new Client(shared, http, pruning, probing(name, shared));
    }

    /** Planned and looked for in a thread of its own: a try may take as long as any call, and the timer's threads keep leases alive. */
    private Optional<Future<?>> probing(String name, ProviderClient client) {
        return client.provider().probe().map(path -> {
            Prober prober = new Prober(name, client, new ProbeRepository(database()), clock(), path);
            AtomicBoolean begun = new AtomicBoolean();
            return probers()
                    .scheduleWithFixedDelay(
                            () -> probe(name, prober, begun), 0, PROBES_EVERY.toSeconds(), TimeUnit.SECONDS);
        });
    }

    private static void probe(String name, Prober prober, AtomicBoolean begun) {
        try {
            if (!begun.get()) {
                prober.begin();
                begun.set(true);
            }
            prober.work();
        } catch (RuntimeException e) {
            org.slf4j.LoggerFactory.getLogger(PollComponent.class)
                    .warn(
                            "poll: credentials of provider {} could not be probed: {}. The next attempt is in {} s.",
                            name,
                            e.getMessage(),
                            PROBES_EVERY.toSeconds());
        }
    }

    private HttpEndpoint httpEndpoint(String name, Provider provider) throws Exception {
        URI url = provider.url();
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("connectTimeout", Timeout.of(provider.connectTimeout()));
        options.put("responseTimeout", Timeout.of(provider.readTimeout()));
        options.put("soTimeout", Timeout.of(provider.readTimeout()));
        options.put("connectionRequestTimeout", Timeout.of(provider.callTimeout()));
        options.putAll(provider.getHttp());
        checkOptions(name, scheme, options);
        HttpComponent http = getCamelContext().getComponent(scheme, HttpComponent.class);
        return (HttpEndpoint) http.createEndpoint(Addresses.withoutQuery(url), options);
    }

    /** Camel's http component takes an option that it doesn't know for a query parameter of the provider; here it is a mistake. */
    private void checkOptions(String provider, String scheme, Map<String, Object> options) {
        Set<String> known = getCamelContext()
                .getCamelContextExtension()
                .getEndpointUriFactory(scheme)
                .propertyNames();
        Set<String> timeouts = Set.of("connectTimeout", "responseTimeout", "soTimeout", "connectionRequestTimeout");
        for (String option : options.keySet()) {
            if (!known.contains(option)
                    && !timeouts.contains(option)
                    && !option.startsWith("httpClient.")
                    && !option.startsWith("httpConnection.")) {
                throw new IllegalArgumentException("Provider '" + provider + "' can't be used: http option '" + option
                        + "' is not one of Camel's http component. Known: " + String.join(", ", new TreeSet<>(known))
                        + ".");
            }
        }
    }

    private void prune(String name, Provider provider, CallRepository calls, RejectedPageRepository rejected) {
        try {
            calls.prune(name, provider.keepCalls());
            rejected.prune(name, provider.keepCalls());
        } catch (RuntimeException e) {
            org.slf4j.LoggerFactory.getLogger(PollComponent.class)
                    .warn(
                            "poll: old call records of provider {} could not be pruned: {}. The next attempt is in {} minutes.",
                            name,
                            e.getMessage(),
                            PRUNE_EVERY.toMinutes());
        }
    }

    synchronized ScheduledExecutorService timer() {
        if (timer == null) {
            timer = getCamelContext().getExecutorServiceManager().newScheduledThreadPool(this, "poll-timer", 2);
        }
        return timer;
    }

    private synchronized ScheduledExecutorService probers() {
        if (probers == null) {
            probers = getCamelContext().getExecutorServiceManager().newScheduledThreadPool(this, "poll-probe", 1);
        }
        return probers;
    }

    /** What people and routes can do about providers in trouble. */
    ProviderActions actions() {
        return new ProviderActions(database());
    }

    String nodeName() {
        return node != null ? node : ownName;
    }

    @Override
    protected void doShutdown() throws Exception {
        synchronized (this) {
            clients.values().forEach(Client::close);
            clients.clear();
            if (timer != null) {
                getCamelContext().getExecutorServiceManager().shutdownNow(timer);
                timer = null;
            }
            if (probers != null) {
                getCamelContext().getExecutorServiceManager().shutdownNow(probers);
                probers = null;
            }
        }
        super.doShutdown();
    }

    public long getLimitWindow() {
        return limitWindow;
    }

    /** How long a provider's limit looks back, in milliseconds. */
    public void setLimitWindow(long limitWindow) {
        this.limitWindow = limitWindow;
    }

    public @Nullable String getNode() {
        return node;
    }

    /** The name by which this node owns streams. */
    public void setNode(@Nullable String node) {
        this.node = node;
    }
}

package io.caravan;

import io.caravan.cli.Place;
import io.caravan.dag.DagComponent;
import io.caravan.dag.DagConsumer;
import io.caravan.dag.Rehearsals;
import io.caravan.load.LoadEndpoint;
import io.caravan.load.LoadOptions;
import io.caravan.poll.Budget;
import io.caravan.poll.ObservedCallsRepository;
import io.caravan.poll.ObservedCallsRepository.Observed;
import io.caravan.poll.PollEndpoint;
import io.caravan.poll.Provider;
import io.caravan.poll.plan.ProviderNumbers;
import io.caravan.routes.RouteLoader;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.main.Main;
import org.jspecify.annotations.Nullable;

/**
 * What the project's routes and beans say, for commands that ask: loaded by the same code as in the service, but no route is
 * started. Loaded when a command first asks. For one thread.
 */
final class ToolRoutes implements AutoCloseable {
    /** What a command has given up, such as a hanging task of a test run, is not waited for as a service waits. */
    private static final long ABANDON_AFTER_SECONDS = 1;

    private final ToolDatabase database;
    private final Map<String, String> environment;
    private @Nullable Main camel;
    private @Nullable RouteLoader routes;

    ToolRoutes(ToolDatabase database, Map<String, String> environment) {
        this.database = database;
        this.environment = environment;
    }

    private CamelContext context() {
        if (camel == null) {
            Settings settings = Settings.read(Place.project(environment), environment, Map.of());
            Clock clock = Clock.systemUTC();
            Main loaded = CamelRuntime.of(settings, database.get(), clock, Map.of());
            loaded.addOverrideProperty("camel.main.autoStartup", "false");
            camel = loaded;
            loaded.start();
            RouteLoader loader = new RouteLoader(
                    loaded.getCamelContext(),
                    List.of(settings.path(Setting.PROVIDERS_FOLDER), settings.path(Setting.ROUTES_FOLDER)),
                    clock);
            routes = loader;
            loader.start();
        }
        return camel.getCamelContext();
    }

    /** The options of the route that loads this table. */
    Optional<LoadOptions> loadOptions(String table) {
        return endpoints(LoadEndpoint.class)
                .map(LoadEndpoint::options)
                .filter(options -> options.table().equals(table))
                .findFirst();
    }

    /**
     * What is known of a provider.
     *
     * @throws IllegalArgumentException when no file defines it; the message names those that are
     */
    ProviderNumbers provider(String name) {
        Provider provider = context().getRegistry().lookupByNameAndType(name, Provider.class);
        if (provider == null) {
            throw new IllegalArgumentException("No file defines a provider '" + name + "'. Known providers: "
                    + String.join(
                            ", ",
                            new TreeSet<>(context()
                                    .getRegistry()
                                    .findByTypeWithName(Provider.class)
                                    .keySet()))
                    + ".");
        }
        List<PollEndpoint> streams = endpoints(PollEndpoint.class)
                .filter(stream -> stream.getName().startsWith(name + "/"))
                .toList();
        Optional<Observed> observed = new ObservedCallsRepository(database.get()).lastDay(name);
        return new ProviderNumbers(
                OptionalInt.of(provider.callsPerMinute()),
                streams.stream().mapToInt(PollEndpoint::getPageSize).max(),
                rate(observed.map(Observed::mean)),
                rate(observed.map(Observed::p90)),
                rate(observed.filter(o -> o.highest() > o.mean()).map(Observed::highest)),
                Optional.of(provider.costPerCall()).filter(cost -> cost.compareTo(BigDecimal.ZERO) > 0),
                provider.budget().map(Budget::costPerDay),
                streams.stream()
                        .map(stream -> Duration.ofMillis(stream.getFreshness()))
                        .min(Duration::compareTo),
                observed.map(Observed::callTime));
    }

    /**
     * Workflows to be run here and now. The routes of tasks are started, and those that others call ({@code direct:}, {@code seda:}); nothing that would begin work of its own.
     */
    Rehearsals rehearsals() {
        CamelContext context = context();
        for (Route route : context.getRoutes()) {
            boolean isCalled =
                    List.of("direct", "seda").contains(scheme(route)) || route.getConsumer() instanceof DagConsumer;
            if (isCalled) {
                start(context, route.getId());
            }
        }
        return context.getComponent("dag", DagComponent.class).rehearsals();
    }

    private static String scheme(Route route) {
        String uri = route.getEndpoint().getEndpointUri();
        return uri.substring(0, Math.max(0, uri.indexOf(':')));
    }

    private static void start(CamelContext context, String route) {
        try {
            context.getRouteController().startRoute(route);
        } catch (Exception e) {
            throw new IllegalArgumentException("Route '" + route + "' can't be started: " + e.getMessage(), e);
        }
    }

    private static OptionalDouble rate(Optional<Double> rate) {
        return rate.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }

    private <E> Stream<E> endpoints(Class<E> type) {
        return context().getEndpoints().stream().filter(type::isInstance).map(type::cast);
    }

    @Override
    public void close() {
        if (routes != null) {
            routes.close();
        }
        if (camel != null) {
            camel.getCamelContext().getShutdownStrategy().setTimeout(ABANDON_AFTER_SECONDS);
            camel.stop();
        }
    }
}

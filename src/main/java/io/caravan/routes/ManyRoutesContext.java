package io.caravan.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Endpoint;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Route;
import org.apache.camel.StartupListener;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.RouteService;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/**
 * A Camel context for thousands of routes. Whenever a route starts, Camel 4.18 asks every other one for its state, to see whether two would consume an endpoint that has room for one; looks at all that
 * have started, to see whether two have the same place in the order of starts; gathers the ids of all, to find one for routes that have none; and tells everybody who wanted to hear of the start of the
 * context. That grows with the square of the routes, and is most of the time in which thousands of files load. Here those searches are shown what they look for, so that they find the same, and each
 * listener hears of the start once; whoever else asks is shown all.
 *
 * <p>Routes that are added together are all built before the first of them starts, as Camel does it when it starts itself: where one can't be built, none has worked.
 */
public final class ManyRoutesContext extends DefaultCamelContext {
    private static final String STARTS_ROUTES = "org.apache.camel.impl.engine.InternalRouteStartupManager";
    private static final String LOOKS_FOR_IDS = "org.apache.camel.model.RouteDefinitionHelper";
    private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private final Map<Endpoint, List<Route>> byEndpoint = new ConcurrentHashMap<>();
    private final StartOrder order = new StartOrder(super.getCamelContextExtension());

    /** The route that this thread starts. */
    @SuppressWarnings("ThreadLocalUsage") // one per context
    private final ThreadLocal<@Nullable Route> starting = new ThreadLocal<>();

    /** Whether this thread starts routes that all have an id. */
    @SuppressWarnings("ThreadLocalUsage") // one per context
    private final ThreadLocal<Boolean> named = ThreadLocal.withInitial(() -> false);

    /** Routes that this thread builds and does not start yet. */
    @SuppressWarnings("ThreadLocalUsage") // one per context
    private final ThreadLocal<@Nullable List<RouteService>> built = new ThreadLocal<>();

    public ManyRoutesContext() {
        super(false);
        build();
    }

    /** As Camel's Main makes its own: not built yet. */
    public ManyRoutesContext(Registry registry) {
        super(false);
        super.getCamelContextExtension().setRegistry(registry);
    }

    @Override
    public void startRouteDefinitions(List<RouteDefinition> routes) throws Exception {
        boolean before = named.get();
        named.set(routes.stream().allMatch(route -> route.getId() != null));
        try {
            if (routes.size() == 1 || !isStarted() || built.get() != null) {
                super.startRouteDefinitions(routes);
            } else {
                startTogether(routes);
            }
        } finally {
            named.set(before);
        }
    }

    private void startTogether(List<RouteDefinition> routes) throws Exception {
        List<RouteService> services = new ArrayList<>();
        built.set(services);
        try {
            super.startRouteDefinitions(routes);
        } finally {
            built.remove();
        }
        for (RouteService service : services) {
            startRouteService(service, true);
        }
    }

    /** Camel builds a route that is not to start by itself, but leaves its consumer alone. */
    @Override
    public Boolean isAutoStartup() {
        // the constructors of Camel ask before there is anything of ours
        return (built == null || built.get() == null) && super.isAutoStartup();
    }

    @Override
    public List<RouteDefinition> getRouteDefinitions() {
        boolean needsNone = named.get() && STACK.getCallerClass().getName().equals(LOOKS_FOR_IDS);
        return needsNone ? List.of() : super.getRouteDefinitions();
    }

    @Override
    public void startRouteService(RouteService route, boolean addingRoutes) throws Exception {
        Route before = starting.get();
        RouteService service = KnownEndpoints.of(route);
        List<RouteService> together = built.get();
        if (together != null) {
            together.add(service);
        }
        starting.set(route.getRoute());
        try {
            super.startRouteService(service, addingRoutes);
        } finally {
            starting.set(before);
        }
    }

    @Override
    public List<Route> getRoutes() {
        Route route = starting.get();
        return route != null && STACK.getCallerClass().getName().equals(STARTS_ROUTES)
                ? consuming(route.getEndpoint())
                : super.getRoutes();
    }

    private List<Route> consuming(Endpoint endpoint) {
        boolean any = endpoint instanceof MultipleConsumersSupport several && several.isMultipleConsumersSupported();
        return any ? List.of() : byEndpoint.getOrDefault(endpoint, List.of());
    }

    @Override
    // the constructors of Camel ask before there is anything of ours
    public ExtendedCamelContext getCamelContextExtension() {
        Route route = starting == null ? null : starting.get();
        return route != null && STACK.getCallerClass().getName().equals(STARTS_ROUTES)
                ? order.shownFor(route)
                : super.getCamelContextExtension();
    }

    /** Once the context has started, whoever wants to hear of that hears at once. */
    @Override
    protected List<StartupListener> getStartupListeners() {
        return isStarted() ? new ArrayList<>() : super.getStartupListeners();
    }

    /** Camel gathers the endpoints of all routes before it notices that there is none of this id, which it is asked for several times for each route that goes. */
    @Override
    protected boolean removeRoute(String id, LoggingLevel level) throws Exception {
        return getRouteStatus(id) != null && super.removeRoute(id, level);
    }

    @Override
    public void addRoute(Route route) {
        super.addRoute(route);
        byEndpoint
                .computeIfAbsent(route.getEndpoint(), endpoint -> new CopyOnWriteArrayList<>())
                .add(route);
    }

    @Override
    public void removeRoute(Route route) {
        super.removeRoute(route);
        order.remove(route);
        byEndpoint.computeIfPresent(route.getEndpoint(), (endpoint, routes) -> {
            routes.remove(route);
            return routes.isEmpty() ? null : routes;
        });
    }
}

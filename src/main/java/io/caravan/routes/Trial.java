package io.caravan.routes;

import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Tries a file's routes in the live context without starting them, so that unknown options, missing beans and the like are known before the old routes are touched.
 *
 * <p>A trial route gets a name of its own and listens to nothing: Camel stops and shuts the {@code from} endpoint of a route that it removes, even when a running
 * route shares it (a quartz job would be unscheduled, a seda queue dropped). So the real {@code from} is created beside the registry, never started, and let go.
 */
final class Trial {
    /** Ids of trial routes start so; whoever watches routes (metrics, events) may ignore them. */
    static final String PREFIX = "caravan-trial-";

    private static final AtomicLong COUNTER = new AtomicLong();

    private final CamelContext context;
    private final Model model;

    Trial(CamelContext context) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /** Returns when every route of the file can be built; throws what Camel has against it. {@code builder}: one of the file's. */
    void run(RouteFile file, RouteBuilder builder) throws Exception {
        NewEndpoints made = new NewEndpoints();
        context.addLifecycleStrategy(made);
        try {
            for (RouteDefinition route : file.configure(builder)) {
                String id = route.getId();
                try {
                    build(route);
                } catch (Exception e) {
                    throw new RouteFailure(id, e);
                }
            }
        } finally {
            context.getLifecycleStrategies().remove(made);
            forget(made.endpoints, file);
        }
    }

    /** Notes each endpoint that Camel makes meanwhile; comparing its whole registry before and after would take long with many routes. */
    private static final class NewEndpoints extends LifecycleStrategySupport {
        private final Queue<Endpoint> endpoints = new ConcurrentLinkedQueue<>();

        @Override
        public void onEndpointAdd(Endpoint endpoint) {
            endpoints.add(endpoint);
        }
    }

    /** A route that failed half-way leaves the endpoints of its first half; those of the file go, lest the next trial is built on them. */
    private void forget(Collection<Endpoint> made, RouteFile file) throws Exception {
        for (Endpoint endpoint : made) {
            String address = EndpointUri.withoutQuery(endpoint.getEndpointUri()).replaceFirst("://", ":");
            if (address.contains(PREFIX) || file.text().contains(address)) {
                context.removeEndpoint(endpoint);
            }
        }
    }

    private void build(RouteDefinition route) throws Exception {
        tryInput(route.getInput());
        String id = PREFIX + COUNTER.incrementAndGet();
        route.setId(id);
        route.setNodePrefixId(id + "-");
        route.setAutoStartup("false");
        route.setStartupOrder(null);
        route.getInput().setUri("direct:" + id);
        try {
            model.addRouteDefinition(route);
        } finally {
            model.removeRouteDefinition(route);
        }
    }

    private void tryInput(FromDefinition from) throws Exception {
        String uri = EndpointHelper.resolveEndpointUriPropertyPlaceholders(context, from.getEndpointUri());
        Component component = context.getComponent(EndpointUri.scheme(uri));
        if (component == null) {
            throw new NoSuchEndpointException(uri);
        }
        Endpoint endpoint =
                component.createEndpoint(component.useRawUri() ? uri : EndpointHelper.normalizeEndpointUri(uri));
        endpoint.createConsumer(exchange -> {});
    }
}

package io.caravan.routes;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.EndpointHelper;

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

    /** Returns when every route of the file can be built; throws what Camel has against it. */
    void run(RouteFile file) throws Exception {
        Set<Endpoint> before = Set.copyOf(context.getEndpointRegistry().values());
        try {
            for (RouteDefinition route : file.configure(file.builder())) {
                String id = route.getId();
                try {
                    build(route);
                } catch (Exception e) {
                    throw new RouteFailure(id, e);
                }
            }
        } finally {
            forgetNewEndpoints(file, before);
        }
    }

    /** A route that failed half-way leaves the endpoints of its first half; those of the file go, lest the next trial is built on them. */
    private void forgetNewEndpoints(RouteFile file, Set<Endpoint> before) throws Exception {
        for (Endpoint endpoint : List.copyOf(context.getEndpointRegistry().values())) {
            String address = EndpointUri.withoutQuery(endpoint.getEndpointUri()).replaceFirst("://", ":");
            if (!before.contains(endpoint)
                    && (address.contains(PREFIX) || file.text().contains(address))) {
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

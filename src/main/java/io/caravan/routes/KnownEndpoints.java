package io.caravan.routes;

import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.impl.engine.RouteService;
import org.jspecify.annotations.Nullable;

/**
 * A route that knows its endpoints once it is built. Whenever a route is removed, Camel asks all others for theirs, to see which endpoints nobody uses any more, and each looks through all its steps:
 * with thousands of routes that takes longer than everything else of a reload.
 */
final class KnownEndpoints extends RouteService {
    private volatile @Nullable Set<Endpoint> known;

    private KnownEndpoints(RouteService route) {
        super(route.getRoute());
    }

    static RouteService of(RouteService route) {
        return route instanceof KnownEndpoints ? route : new KnownEndpoints(route);
    }

    @Override
    public Set<Endpoint> gatherEndpoints() {
        Set<Endpoint> endpoints = known;
        if (endpoints == null) {
            endpoints = super.gatherEndpoints();
            known = isStarted() ? endpoints : null;
        }
        return endpoints;
    }

    @Override
    protected void doStop() {
        known = null;
        super.doStop();
    }
}

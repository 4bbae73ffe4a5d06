package io.caravan.routes;

/** What Camel has against one route of a file. */
final class RouteFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private final String routeId;

    RouteFailure(String routeId, Exception cause) {
        super(cause);
        this.routeId = routeId;
    }

    String routeId() {
        return routeId;
    }
}

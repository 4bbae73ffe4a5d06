package io.caravan.routes;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.RouteStartupOrder;

/**
 * The order in which routes have started, by their ids. Camel looks through all of it, twice for each route that starts, for one of the same id and for another of the same place; here it looks at those
 * that may be found: the route of that id, and those to which somebody gave a place, as no two get the same one by themselves. Safe for any thread.
 */
final class StartOrder {
    private final ExtendedCamelContext context;
    private final Map<String, RouteStartupOrder> byId = new ConcurrentHashMap<>();
    private final Map<String, RouteStartupOrder> placed = new ConcurrentHashMap<>();

    StartOrder(ExtendedCamelContext context) {
        this.context = context;
    }

    /** The context as Camel's start of this route shall see it. */
    ExtendedCamelContext shownFor(Route route) {
        return (ExtendedCamelContext) Proxy.newProxyInstance(
                StartOrder.class.getClassLoader(),
                new Class<?>[] {ExtendedCamelContext.class},
                (proxy, method, arguments) ->
                        method.getName().equals("getRouteStartupOrder") ? seenBy(route) : pass(method, arguments));
    }

    private Object pass(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(context, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private List<RouteStartupOrder> seenBy(Route route) {
        if (route.getStartupOrder() != null) {
            return new Shown(context.getRouteStartupOrder());
        }
        List<RouteStartupOrder> found = new ArrayList<>(placed.values());
        RouteStartupOrder own = byId.get(route.getId());
        if (own != null) {
            found.add(own);
        }
        return new Shown(found);
    }

    void remove(Route route) {
        byId.remove(route.getId());
        placed.remove(route.getId());
    }

    /** What is added goes to the order of all. */
    private final class Shown extends AbstractList<RouteStartupOrder> {
        private final List<RouteStartupOrder> found;

        Shown(List<RouteStartupOrder> found) {
            this.found = found;
        }

        @Override
        public RouteStartupOrder get(int index) {
            return found.get(index);
        }

        @Override
        public int size() {
            return found.size();
        }

        @Override
        public boolean add(RouteStartupOrder started) {
            Route route = started.getRoute();
            byId.put(route.getId(), started);
            if (route.getStartupOrder() != null) {
                placed.put(route.getId(), started);
            }
            return context.getRouteStartupOrder().add(started);
        }
    }
}

package io.caravan.routes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.impl.engine.DefaultRouteStartupOrder;
import org.apache.camel.spi.RouteStartupOrder;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops and removes routes without losing what they are working on: first the sources stop giving, then what is in flight finishes, callers before callees.
 *
 * <p>Camel's own graceful stop looks once a second and, for a queue in memory, waits until the queue is empty: under steady load that is never. A queue outlives
 * the swap of its route, so here only the exchanges that have left it are waited for.
 */
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** The longest time for which a seda consumer may hold on to its queue before it sees that it is suspended (its default {@code pollTimeout}). */
    private static final Duration QUEUE_POLL = Duration.ofMillis(1_050);

    private final CamelContext context;
    private final Duration limit;

    /** What has not finished within {@code limit} is interrupted as Camel does it at a stop. */
    Drain(CamelContext context, Duration limit) {
        this.context = context;
        this.limit = limit;
    }

    void remove(List<Route> routes) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        List<Route> callees = new ArrayList<>();
        List<Route> sources = new ArrayList<>();
        routes.forEach(route -> (isCallee(route) ? callees : sources).add(route));

        long quietAt = System.nanoTime();
        for (Route source : sources) {
            ServiceHelper.suspendService(source.getConsumer());
            if (hasQueue(source)) {
                quietAt = System.nanoTime() + QUEUE_POLL.toNanos();
            }
        }
        while (System.nanoTime() < Math.min(quietAt, deadline)) {
            pause();
        }
        awaitIdle(sources, deadline);
        for (Route callee : callersFirst(callees)) {
            ServiceHelper.suspendService(callee.getConsumer());
            awaitIdle(List.of(callee), deadline);
        }
        for (Route route : routes) {
            stopNow(route, deadline);
            context.removeRoute(route.getRouteId());
        }
    }

    /** A {@code direct:} consumer works in its caller's thread; it must live as long as a caller may be in flight. */
    private static boolean isCallee(Route route) {
        return route.getEndpoint().getEndpointUri().startsWith("direct:");
    }

    /** A consumer that wants to go on until its own queue is empty, such as seda's. */
    private static boolean hasQueue(Route route) {
        return !isCallee(route)
                && route.getConsumer() instanceof ShutdownAware aware
                && aware.deferShutdown(ShutdownRunningTask.CompleteCurrentTaskOnly);
    }

    /** Of two routes the one that is called by the other comes last. */
    private static List<Route> callersFirst(List<Route> callees) {
        List<Route> left = new ArrayList<>(callees);
        List<Route> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            Route next = left.stream()
                    .filter(route -> left.stream().noneMatch(other -> other != route && calls(other, route)))
                    .findFirst()
                    .orElse(left.get(0));
            left.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    private static boolean calls(Route caller, Route callee) {
        String target = EndpointUri.withoutQuery(callee.getEndpoint().getEndpointUri());
        return caller.toString().contains(target) || caller.toString().contains(target.replace("://", ":"));
    }

    private void awaitIdle(List<Route> routes, long deadline) throws InterruptedException {
        int quietLooks = 0;
        while (quietLooks < 2) {
            boolean busy = routes.stream()
                    .anyMatch(route -> context.getInflightRepository().size(route.getRouteId()) > 0);
            quietLooks = busy ? 0 : quietLooks + 1;
            if (busy && System.nanoTime() > deadline) {
                LOG.warn(
                        "{} did not finish its exchanges within {} s; they are interrupted",
                        routes.stream().map(Route::getRouteId).toList(),
                        limit.toSeconds());
                return;
            }
            pause();
        }
    }

    private static void pause() throws InterruptedException {
        Thread.sleep(10);
    }

    private void stopNow(Route route, long deadline) throws Exception {
        Consumer consumer = route.getConsumer();
        if (hasQueue(route) && consumer instanceof ShutdownAware aware && aware.getPendingExchangesSize() > 0) {
            stopLeavingTheQueue(route);
            return;
        }
        long left = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(deadline - System.nanoTime()));
        context.getRouteController().stopRoute(route.getRouteId(), left, TimeUnit.SECONDS);
    }

    private void stopLeavingTheQueue(Route route) {
        for (RouteStartupOrder order : context.getCamelContextExtension().getRouteStartupOrder()) {
            if (order.getRoute() == route && order instanceof DefaultRouteStartupOrder known) {
                known.getRouteService().stop();
            }
        }
    }
}

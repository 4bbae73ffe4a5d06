package io.caravan;

import io.caravan.routes.RouteLoader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRepository;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.ConsumerHealthCheck;
import org.apache.camel.support.ScheduledPollConsumer;

/**
 * A check for each route: DOWN while it isn't started though it should be, its last polls failed, or its stream is halted. They replace Camel's own checks of routes and
 * consumers, which make the whole service unready when one pipeline is in trouble, or busy with its first file.
 */
final class SourcesHealth implements HealthCheckRepository {
    private final Map<Consumer, HealthCheck> checks = new ConcurrentHashMap<>();
    private final CamelContext context;
    private volatile boolean enabled = true;

    SourcesHealth(CamelContext context) {
        this.context = context;
    }

    @Override
    public String getId() {
        return "sources";
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    @Override
    public Stream<HealthCheck> stream() {
        if (!enabled) {
            return Stream.empty();
        }
        List<Route> routes = context.getRoutes().stream()
                .filter(route -> !route.getRouteId().startsWith(RouteLoader.TRIAL_PREFIX))
                .toList();
        checks.keySet().retainAll(routes.stream().map(Route::getConsumer).collect(Collectors.toSet()));
        return routes.stream()
                .map(route -> checks.computeIfAbsent(route.getConsumer(), consumer -> new SourceHealthCheck(route)));
    }

    /** Takes part neither in readiness nor in liveness: the other pipelines work. */
    private static final class SourceHealthCheck extends ConsumerHealthCheck {
        private final Consumer consumer;

        SourceHealthCheck(Route route) {
            super(route, "consumer:" + route.getRouteId());
            this.consumer = route.getConsumer();
            setCamelContext(route.getCamelContext());
        }

        /** To Camel a source is DOWN until the end of its first poll, however long that is. */
        @Override
        protected void doCallCheck(HealthCheckResultBuilder builder, Map<String, Object> options) {
            boolean polls = consumer instanceof ScheduledPollConsumer;
            if (!polls || ((ScheduledPollConsumer) consumer).getErrorCounter() > 0) {
                super.doCallCheck(builder, options);
            }
        }

        @Override
        public boolean isReadiness() {
            return false;
        }

        @Override
        public boolean isLiveness() {
            return false;
        }
    }
}

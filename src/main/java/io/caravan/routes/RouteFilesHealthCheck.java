package io.caravan.routes;

import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * DOWN as long as a file is refused, with file, line and cure of each problem. It takes part neither in readiness nor in liveness: a typo in one pipeline must not take the
 * service out of its load balancer or restart it.
 */
final class RouteFilesHealthCheck extends AbstractHealthCheck {
    private final RouteLoader loader;

    RouteFilesHealthCheck(RouteLoader loader) {
        super("caravan", "routes");
        this.loader = loader;
    }

    @Override
    public boolean isReadiness() {
        return false;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        List<RouteFileStatus> refused =
                loader.statuses().stream().filter(status -> !status.isLoaded()).toList();
        builder.detail("files", loader.statuses().size());
        for (RouteFileStatus status : refused) {
            builder.detail(
                    status.path().toString(),
                    status.state() + " since " + status.since() + ": "
                            + String.join(
                                    " | ",
                                    status.problems().stream()
                                            .map(Problem::toString)
                                            .toList()));
        }
        if (refused.isEmpty()) {
            builder.up();
        } else {
            builder.message(refused.size() + " route file(s) refused: "
                            + refused.get(0).problems().get(0))
                    .down();
        }
    }
}

package io.caravan;

import io.caravan.alert.AlertDesk;
import io.caravan.alert.DeliveryListRepository.Unreached;
import io.caravan.routes.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** DOWN while there is a critical alert that nobody could be told of: until a message about it is delivered, or sent again, or somebody has acknowledged it; and while config/alerts.yaml can't be understood. Takes part neither in readiness nor in liveness. */
final class AlertsHealthCheck extends AbstractHealthCheck {
    private final AlertDesk desk;
    private final Supplier<Optional<Problem>> routing;

    /**
     * @param routing what is wrong with config/alerts.yaml
     */
    AlertsHealthCheck(AlertDesk desk, Supplier<Optional<Problem>> routing) {
        super("caravan", "alerts");
        this.desk = desk;
        this.routing = routing;
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
        List<Unreached> unreached = desk.unreached();
        if (!unreached.isEmpty()) {
            builder.detail("unreached", unreached.size());
            builder.message(unreached.get(0).sentence()).down();
            return;
        }
        routing.get()
                .ifPresentOrElse(
                        problem -> builder.message(
                                        "Who hears of alerts can't be read; what was read last holds: " + problem)
                                .down(),
                        builder::up);
    }
}

package io.caravan;

import io.caravan.alert.AlertDesk;
import io.caravan.alert.DeliveryListRepository.Unreached;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** DOWN while there is a critical alert that nobody could be told of: until a message about it is delivered, or sent again, or somebody has acknowledged it. Takes part neither in readiness nor in liveness. */
final class AlertsHealthCheck extends AbstractHealthCheck {
    private final AlertDesk desk;

    AlertsHealthCheck(AlertDesk desk) {
        super("caravan", "alerts");
        this.desk = desk;
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
        if (unreached.isEmpty()) {
            builder.up();
            return;
        }
        Unreached first = unreached.get(0);
        builder.detail("unreached", unreached.size());
        builder.message("Nobody could be told of the critical incident " + first.number() + ", " + first.summary()
                        + ": "
                        + first.receiver() + " can't be reached by " + first.channel() + " since " + first.since()
                        + " (" + first.error() + "). Tell them in another way and caravan alert ack " + first.number()
                        + ", or mend the channel and caravan alert resend --receiver " + first.receiver() + ".")
                .down();
    }
}

package io.caravan;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** UP, and the service ready, from when each route file has been loaded or refused until the service begins to stop. Takes no part in liveness. */
final class RunningHealthCheck extends AbstractHealthCheck {
    private volatile String missing = "The route files are being loaded";

    RunningHealthCheck() {
        super("caravan", "service");
    }

    void started() {
        missing = "";
    }

    void stopping() {
        missing = "The service is stopping";
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        if (missing.isEmpty()) {
            builder.up();
        } else {
            builder.message(missing).down();
        }
    }
}

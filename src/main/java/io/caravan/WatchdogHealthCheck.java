package io.caravan;

import io.caravan.alert.Vital;
import io.caravan.watch.WatchNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** DOWN while this node's watchdog hasn't looked at the fleets for so long that silence could go unnoticed. Takes part neither in readiness nor in liveness: what arrives is counted all the same. */
final class WatchdogHealthCheck extends AbstractHealthCheck implements Vital {
    /** A look at very many fleets that are all due takes its time. */
    private static final Duration LEAST_PATIENCE = Duration.ofMinutes(2);

    private static final int LOOKS = 4;

    private final WatchNode node;
    private final Clock clock;
    private final Instant startedAt;

    WatchdogHealthCheck(WatchNode node, Clock clock) {
        super("caravan", "watchdog");
        this.node = node;
        this.clock = clock;
        this.startedAt = clock.instant();
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
        builder.detail("lookedAt", looked().toString());
        trouble().ifPresentOrElse(what -> builder.message(what).down(), builder::up);
    }

    private Instant looked() {
        return node.lookedAt().isBefore(startedAt) ? startedAt : node.lookedAt();
    }

    @Override
    public Optional<String> trouble() {
        Duration since = Duration.between(looked(), clock.instant());
        Duration patience = node.lookEvery().multipliedBy(LOOKS);
        return since.compareTo(patience.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : patience) > 0
                ? Optional.of("The watchdog has not looked at the fleets for " + since.toSeconds()
                        + " s, so silence goes unnoticed. The log tells why; a restart does no harm.")
                : Optional.empty();
    }
}

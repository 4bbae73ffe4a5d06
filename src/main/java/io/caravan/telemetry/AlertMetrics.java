package io.caravan.telemetry;

import io.caravan.alert.AlertEvents;
import io.caravan.alert.Delivery;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Metrics of {@code alert:}, {@code caravan_alert_…}: messages by how they fared, and how long they took from the first signal to the channel. */
public final class AlertMetrics implements AlertEvents {
    private static final Duration[] TARGETS = {
        Duration.ofMillis(50),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofHours(1),
        Duration.ofHours(6),
        Duration.ofDays(1)
    };

    private final MeterRegistry registry;

    public AlertMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void sent(Delivery delivery, Duration took) {
        count(delivery, "sent");
        Timer.builder("caravan.alert.delivery")
                .description("From the first signal that a message tells of to the channel that took it")
                .tag("severity", delivery.severity().word())
                .serviceLevelObjectives(TARGETS)
                .register(registry)
                .record(took.isNegative() ? Duration.ZERO : took);
    }

    @Override
    public void retried(Delivery delivery, String error) {
        count(delivery, "retried");
    }

    @Override
    public void failed(Delivery delivery, String error) {
        count(delivery, "failed");
    }

    @Override
    public void textBroken(String template, String error) {
        Counter.builder("caravan.alert.texts.broken")
                .description("Messages that were told in the plain form, since their template is broken")
                .tag("template", template)
                .register(registry)
                .increment();
    }

    private void count(Delivery delivery, String outcome) {
        Counter.builder("caravan.alert.messages")
                .description("Messages by how they fared")
                .tag("channel", delivery.channel())
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }
}

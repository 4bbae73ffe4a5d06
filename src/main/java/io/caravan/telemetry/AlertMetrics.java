package io.caravan.telemetry;

import io.caravan.alert.AlertEvents;
import io.caravan.alert.Delivery;
import io.caravan.alert.DeliveryState;
import io.caravan.alert.rules.RulesReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

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
    public void confirmed(Delivery delivery, DeliveryState state) {
        count(delivery, state.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void unconfirmed(Delivery delivery) {
        count(delivery, "unconfirmed");
    }

    @Override
    public void textBroken(String template, String error) {
        Counter.builder("caravan.alert.texts.broken")
                .description("Messages that were told in the plain form, since their template is broken")
                .tag("template", template)
                .register(registry)
                .increment();
    }

    @Override
    public void rulesJudged(RulesReport report) {
        records(report.dataset(), "judged", report.records());
        records(report.dataset(), "late", report.late());
        records(report.dataset(), "past", report.past());
        records(report.dataset(), "unread", report.unread());
        report.fired().forEach((rule, assets) -> rule("fired", "Assets for which a rule began to fire", rule, assets));
        report.resolved().forEach((rule, assets) -> rule("ended", "Assets for which a rule ended", rule, assets));
        report.unjudged()
                .forEach((rule, records) ->
                        rule("unjudged", "Records by which a rule could not be judged", rule, records));
    }

    private void records(String dataset, String outcome, long records) {
        Counter.builder("caravan.alert.rule.records")
                .description("What stream rules made of records")
                .tag("dataset", dataset)
                .tag("outcome", outcome)
                .register(registry)
                .increment((double) records);
    }

    private void rule(String outcome, String description, String rule, long count) {
        Counter.builder("caravan.alert.rule." + outcome)
                .description(description)
                .tag("rule", rule)
                .register(registry)
                .increment((double) count);
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

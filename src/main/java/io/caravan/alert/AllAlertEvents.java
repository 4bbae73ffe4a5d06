package io.caravan.alert;

import io.caravan.alert.rules.RulesReport;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Tells all listeners. */
final class AllAlertEvents implements AlertEvents {
    private final List<AlertEvents> all;

    AllAlertEvents(Collection<AlertEvents> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public void sent(Delivery delivery, Duration took) {
        all.forEach(each -> each.sent(delivery, took));
    }

    @Override
    public void retried(Delivery delivery, String error) {
        all.forEach(each -> each.retried(delivery, error));
    }

    @Override
    public void failed(Delivery delivery, String error) {
        all.forEach(each -> each.failed(delivery, error));
    }

    @Override
    public void confirmed(Delivery delivery, DeliveryState state) {
        all.forEach(each -> each.confirmed(delivery, state));
    }

    @Override
    public void unconfirmed(Delivery delivery) {
        all.forEach(each -> each.unconfirmed(delivery));
    }

    @Override
    public void textBroken(String template, String error) {
        all.forEach(each -> each.textBroken(template, error));
    }

    @Override
    public void rulesJudged(RulesReport report) {
        all.forEach(each -> each.rulesJudged(report));
    }
}

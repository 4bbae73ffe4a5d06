package io.caravan.alert;

import io.caravan.database.outbox.NewsConsumer;
import io.caravan.database.outbox.Told;
import io.caravan.database.outbox.Wants;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** A route {@code from: alert:events}: one exchange is what somebody has done about an incident. */
public class AlertEventConsumer extends NewsConsumer {
    private final Wants wants;

    AlertEventConsumer(AlertEndpoint endpoint, Processor processor, Wants wants) {
        super(endpoint, processor, endpoint.getComponent().subscribers());
        this.wants = wants;
    }

    @Override
    public Wants wants() {
        return wants;
    }

    @Override
    protected void fill(Exchange exchange, Told act) {
        exchange.getMessage().setBody(Json.map(Json.tree(act.detail())));
        exchange.getMessage().setHeader(AlertHeaders.EVENT, act.label(ActNews.KIND));
    }
}

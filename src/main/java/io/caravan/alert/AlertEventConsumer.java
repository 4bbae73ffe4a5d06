package io.caravan.alert;

import io.caravan.batch.LogContext;
import io.caravan.database.outbox.Subscriber;
import io.caravan.database.outbox.Told;
import io.caravan.database.outbox.Wants;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** A route {@code from: alert:events}: one exchange is what somebody has done about an incident, in the transaction in which the route is done with it. */
public class AlertEventConsumer extends DefaultConsumer implements Subscriber {
    private final Wants wants;

    AlertEventConsumer(AlertEndpoint endpoint, Processor processor, Wants wants) {
        super(endpoint, processor);
        this.wants = wants;
    }

    @Override
    public AlertEndpoint getEndpoint() {
        return (AlertEndpoint) super.getEndpoint();
    }

    @Override
    public String route() {
        return getRouteId();
    }

    @Override
    public Wants wants() {
        return wants;
    }

    @Override
    public void tell(Told act) throws Exception {
        Exchange exchange = createExchange(false);
        LogContext context = LogContext.enter().route(getRouteId());
        try {
            exchange.getMessage().setBody(Json.map(Json.tree(act.detail())));
            exchange.getMessage().setHeader(AlertHeaders.EVENT, act.label(ActNews.KIND));
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
        } finally {
            releaseExchange(exchange, false);
            context.leave();
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        getEndpoint().getComponent().subscribers().add(this);
    }

    @Override
    protected void doStop() throws Exception {
        getEndpoint().getComponent().subscribers().remove(this);
        super.doStop();
    }

    @Override
    protected void doSuspend() throws Exception {
        getEndpoint().getComponent().subscribers().remove(this);
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        getEndpoint().getComponent().subscribers().add(this);
    }
}

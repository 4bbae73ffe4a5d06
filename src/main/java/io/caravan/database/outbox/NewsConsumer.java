package io.caravan.database.outbox;

import io.caravan.batch.CalledConsumer;
import io.caravan.batch.LogContext;
import io.caravan.database.TransactedRoute;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** A route that is told a feature's news while it is started: one exchange each, in the transaction in which the notice is done. */
public abstract class NewsConsumer extends CalledConsumer implements Subscriber {
    private final Subscribers routes;

    /** @param routes those of the feature that are told at present */
    protected NewsConsumer(Endpoint endpoint, Processor processor, Subscribers routes) {
        super(endpoint, processor);
        this.routes = routes;
    }

    /** Says in the exchange what the notice says. */
    protected abstract void fill(Exchange exchange, Told notice) throws Exception;

    @Override
    public final String route() {
        return getRouteId();
    }

    @Override
    public final void tell(Told notice) throws Exception {
        Exchange exchange = createExchange(false);
        LogContext context = LogContext.enter().route(getRouteId());
        try {
            fill(exchange, notice);
            TransactedRoute.process(exchange, getProcessor());
        } finally {
            releaseExchange(exchange, false);
            context.leave();
        }
    }

    @Override
    protected final void enlist() {
        routes.add(this);
    }

    @Override
    protected final void delist() {
        routes.remove(this);
    }
}

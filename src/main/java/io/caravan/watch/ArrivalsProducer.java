package io.caravan.watch;

import io.caravan.batch.Batch;
import io.caravan.batch.LogContext;
import io.caravan.watch.arrivals.ArrivalReader;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** Counts the exchange's batch; the body stays as it is, the report is a header. */
class ArrivalsProducer extends DefaultProducer {
    private final WatchEndpoint endpoint;
    private @Nullable Arrivals arrivals;
    private @Nullable ArrivalReader reader;

    ArrivalsProducer(WatchEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        WatchComponent component = endpoint.getComponent();
        arrivals = component.arrivals();
        reader = new ArrivalReader(endpoint.arrivalOptions(), Duration.ofDays(component.getKeepDays()));
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        if (arrivals == null || reader == null) {
            throw new IllegalStateException(endpoint + " is not started");
        }
        Message message = exchange.getMessage();
        Batch batch = message.getMandatoryBody(Batch.class);
        boolean again = message.getHeader(WatchHeaders.BACKFILL, false, Boolean.class);
        LogContext context = LogContext.enter().route(exchange.getFromRouteId());
        try {
            message.setHeader(WatchHeaders.ARRIVALS, arrivals.count(batch, reader, again));
        } finally {
            context.leave();
        }
    }
}

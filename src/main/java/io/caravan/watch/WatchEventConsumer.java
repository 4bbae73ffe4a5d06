package io.caravan.watch;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.batch.LogContext;
import io.caravan.database.TransactedRoute;
import io.caravan.database.outbox.Subscriber;
import io.caravan.database.outbox.Told;
import io.caravan.database.outbox.Wants;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** A route {@code from: watch:events}: one exchange an event, in the transaction in which the event is done; the body is a map with all that a message needs. */
public class WatchEventConsumer extends DefaultConsumer implements Subscriber {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
    private static final Map<String, String> HEADERS = Map.of(
            EventLabels.KIND, WatchHeaders.EVENT,
            EventLabels.EPISODE, WatchHeaders.EPISODE,
            EventLabels.TROUBLE, WatchHeaders.TROUBLE,
            EventLabels.SEVERITY, WatchHeaders.SEVERITY,
            EventLabels.CAUSE, WatchHeaders.CAUSE,
            EventLabels.FLEET, WatchHeaders.FLEET,
            EventLabels.PROVIDER, WatchHeaders.PROVIDER,
            EventLabels.TENANT, WatchHeaders.TENANT,
            EventLabels.CREDENTIAL, WatchHeaders.CREDENTIAL);

    private final Wants wants;

    WatchEventConsumer(WatchEndpoint endpoint, Processor processor, Wants wants) {
        super(endpoint, processor);
        this.wants = wants;
    }

    @Override
    public WatchEndpoint getEndpoint() {
        return (WatchEndpoint) super.getEndpoint();
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
    public void tell(Told event) throws Exception {
        Exchange exchange = createExchange(false);
        LogContext context = LogContext.enter().route(getRouteId());
        try {
            Message message = exchange.getMessage();
            message.setBody(JSON.readValue(event.detail(), MAP));
            HEADERS.forEach((label, header) -> {
                if (event.labels().containsKey(label)) {
                    message.setHeader(header, event.label(label));
                }
            });
            TransactedRoute.process(exchange, getProcessor());
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

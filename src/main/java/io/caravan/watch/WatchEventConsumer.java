package io.caravan.watch;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.database.outbox.NewsConsumer;
import io.caravan.database.outbox.Told;
import io.caravan.database.outbox.Wants;
import io.caravan.watch.episode.EventLabels;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** A route {@code from: watch:events}: one exchange an event, in the transaction in which the event is done; the body is a map with all that a message needs. */
public class WatchEventConsumer extends NewsConsumer {
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
        super(endpoint, processor, endpoint.getComponent().subscribers());
        this.wants = wants;
    }

    @Override
    public Wants wants() {
        return wants;
    }

    @Override
    protected void fill(Exchange exchange, Told event) throws IOException {
        Message message = exchange.getMessage();
        message.setBody(JSON.readValue(event.detail(), MAP));
        HEADERS.forEach((label, header) -> {
            if (event.labels().containsKey(label)) {
                message.setHeader(header, event.label(label));
            }
        });
    }
}
